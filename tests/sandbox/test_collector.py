"""The stand-in for an OpenTelemetry collector takes what OpenTelemetry's own exporter sends, and nothing else."""

import pytest
import requests

from sandbox.processes import free_port
from sandbox.run import TRACES_PATH
from sandbox.stand_ins.collector import Collector
from sandbox.stand_ins.web import WebServer
from shared.observability.context import Trace
from shared.observability.telemetry import Telemetry

PARENT = Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", sampled=True)


def test_a_span_is_shown_with_its_place_its_facts_and_whether_it_failed() -> None:
    collector = Collector()
    server = WebServer(collector.app)
    telemetry = Telemetry(f"{server.url}{TRACES_PATH}", "upup-test")
    for facts in ({"http.response.status_code": 200}, {"error.type": "OutcomeUnknown"}):
        recorded, _ = telemetry.begin("lekab", "client", PARENT)
        telemetry.end(recorded, facts)
    telemetry.flush()
    server.close()
    good, failed = collector.spans(PARENT.trace_id)
    assert (good["name"], good["kind"], good["parent"]) == ("lekab", "client", PARENT.span_id)
    assert (good["attributes"], good["error"]) == ({"http.response.status_code": 200}, False)
    assert (failed["attributes"], failed["error"]) == ({"error.type": "OutcomeUnknown"}, True)
    assert collector.spans("0" * 32) == []


@pytest.mark.parametrize("body", [b"{}", b"odd"])
def test_what_is_not_otlp_is_refused(body: bytes) -> None:
    answer = Collector().app.test_client().post(TRACES_PATH, data=body)
    assert answer.status_code == requests.codes.bad_request


def test_a_collector_that_is_away_loses_spans_and_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    telemetry = Telemetry(f"http://127.0.0.1:{free_port()}{TRACES_PATH}", "upup-test")
    recorded, _ = telemetry.begin("lekab", "client", PARENT)
    telemetry.end(recorded, {})
    telemetry.flush()
    assert any(one.name.startswith("opentelemetry.") for one in caplog.records), "and says so"
