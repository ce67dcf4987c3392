"""Which trace work belongs to, what its log lines say, and that what nobody samples costs nothing."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cloudevents.http import CloudEvent
from flask import Flask, Request, Response, request
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.http.trace import trace_id_of
from shared.observability.context import Trace, about, begun, carried, current, kept, new_trace, placed, read_trace
from shared.observability.edge import Allowance, at_edge
from shared.observability.handler import StructuredHandler, ToldAlready
from shared.observability.logs import tell
from shared.observability.spans import export_to, span

ROOT = Path(__file__).parents[2]
TRACE_ID, SPAN_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = f"00-{TRACE_ID}-{SPAN_ID}-01"
SEND, COMPANY = "snd_abcdefghijklmnop", "acc_abcdefghijklmnop"
SECRET = "070-174 06 05 Åsa"

Capture = pytest.CaptureFixture[str]


def line(capsys: Capture) -> dict[str, Any]:
    """The one line that was written."""
    (one,) = capsys.readouterr().out.splitlines()
    found: dict[str, Any] = json.loads(one)
    return found


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"traceparent": TRACEPARENT}, Trace(TRACE_ID, SPAN_ID, sampled=True)),
        ({"traceparent": TRACEPARENT[:-2] + "00"}, Trace(TRACE_ID, SPAN_ID)),
        ({"X-Cloud-Trace-Context": f"{TRACE_ID}/74;o=1"}, Trace(TRACE_ID, f"{74:016x}", sampled=True)),
        ({"X-Cloud-Trace-Context": f"{TRACE_ID}/74"}, Trace(TRACE_ID, f"{74:016x}")),
        ({"traceparent": "odd", "X-Cloud-Trace-Context": f"{TRACE_ID}/74"}, Trace(TRACE_ID, f"{74:016x}")),
        ({"traceparent": f"00-{'0' * 32}-{SPAN_ID}-01"}, None),
        ({"traceparent": f"00-{TRACE_ID}-{'0' * 16}-01"}, None),
        ({"traceparent": TRACEPARENT + "\n"}, None),
        ({"traceparent": TRACEPARENT.upper()}, None),
        ({"X-Cloud-Trace-Context": "070-1740605/1;o=1"}, None),
        ({}, None),
    ],
)
def test_a_trace_is_read_from_whatever_names_one(headers: dict[str, str], found: Trace | None) -> None:
    assert read_trace(headers.get) == found


@given(st.text(), st.text())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_whatever_a_header_holds_a_trace_is_sixteen_and_eight_bytes_or_none(w3c: str, googles: str) -> None:
    found = read_trace({"traceparent": w3c, "X-Cloud-Trace-Context": googles}.get)
    assert found is None or read_trace({"traceparent": found.traceparent}.get) == found


def event(attributes: object) -> CloudEvent:
    return CloudEvent({"type": "t", "source": "s"}, {"message": {"data": "", "attributes": attributes}})


def seen_by(given: object) -> Trace:
    """The trace that a function finds itself in."""
    found: list[Trace] = []

    def function(_: object) -> None:
        work = current()
        assert work and work.function == "send_sms"
        found.append(work.trace)

    at_edge("send_sms", function)(given)
    assert current() is None, "what comes next belongs to nothing"
    return found[0]


def test_a_message_goes_on_with_the_trace_of_whoever_published_it() -> None:
    with Flask(__name__).test_request_context(headers={"traceparent": new_trace().traceparent}):
        assert seen_by(event({"traceparent": TRACEPARENT})) == Trace(TRACE_ID, SPAN_ID, sampled=True)


@pytest.mark.parametrize("attributes", [None, {}, [], "x", {"traceparent": 7}])
def test_a_message_without_a_trace_goes_on_with_its_requests(attributes: object) -> None:
    pushed = new_trace()
    with Flask(__name__).test_request_context(headers={"traceparent": pushed.traceparent}):
        assert seen_by(event(attributes)) == pushed


def test_what_comes_without_a_trace_begins_one_that_nobody_samples() -> None:
    first, second = seen_by(event({})), seen_by(event({}))
    assert first.trace_id != second.trace_id
    assert not first.sampled


def test_a_problems_trace_is_that_of_its_log_lines(capsys: Capture) -> None:
    def answer(asked: Request) -> Response:
        tell({"message": "x"})
        return Response(trace_id_of(asked))

    with Flask(__name__).test_request_context():
        told = at_edge("sends", answer)(request).get_data(as_text=True)
    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert len(lines) == 2
    assert all(one["logging.googleapis.com/trace"].endswith(f"/traces/{told}") for one in lines)


def test_of_a_request_the_log_keeps_how_it_was_answered_and_neither_its_address_nor_who_asked(capsys: Capture) -> None:
    asked = Flask(__name__).test_request_context(
        f"/g/{SECRET}?q={SECRET}", method="POST", headers={"X-Forwarded-For": "192.0.2.7", "User-Agent": SECRET}
    )
    with asked:
        at_edge("gift_page", lambda _: Response(status=404))(request)
    told = line(capsys)
    assert (told["function"], told["method"], told["status"]) == ("gift_page", "POST", 404)
    assert told["milliseconds"] >= 0
    known = {"severity", "function", "method", "status", "milliseconds"}
    assert {name for name in told if not name.startswith("logging.googleapis.com/")} == known


def test_a_line_says_what_the_work_is_about_by_ids_of_ours_alone(capsys: Capture) -> None:
    with begun("send_sms", new_trace()):
        about(send_id=SEND, company_id=COMPANY)
        about(send_id=None, person=SECRET, company_id="acc_0701740605000000")
        tell({"message": "x"})
    told = line(capsys)
    assert (told["function"], told["send_id"], told["company_id"]) == ("send_sms", SEND, COMPANY)
    assert "person" not in told


def test_ids_that_are_learnt_within_a_part_of_the_work_stay_and_its_place_does_not() -> None:
    whole, part = new_trace(), new_trace()
    with begun("sends", whole):
        with placed(part):
            about(send_id=SEND)
        work = current()
    assert work and (work.trace, work.ids) == (whole, {"send_id": SEND})


def test_another_threads_part_belongs_to_the_same_work() -> None:
    def ids(_: int) -> dict[str, str]:
        work = current()
        return dict(work.ids) if work else {}

    with ThreadPoolExecutor(2) as workers:
        with begun("send_sms", new_trace()):
            about(send_id=SEND)
            assert list(workers.map(carried(ids), range(4))) == [{"send_id": SEND}] * 4
        assert list(workers.map(carried(ids), range(4))) == [{}] * 4


def test_what_is_streamed_belongs_to_the_work_that_began_it(capsys: Capture) -> None:
    def parts() -> Iterator[bytes]:
        tell({"message": "broke off"})
        yield b"x"

    with begun("send_report", new_trace()):
        streamed = kept(parts())
    assert list(streamed) == [b"x"]
    assert line(capsys)["function"] == "send_report"
    assert current() is None


def test_of_requests_that_all_ask_to_be_sampled_one_in_a_while_is_and_their_traces_stay_theirs() -> None:
    asked = Trace(TRACE_ID, SPAN_ID, sampled=True)
    seldom, always = Allowance(3_600), Allowance(0)
    assert [seldom.judge(asked).sampled for _ in range(3)] == [True, False, False]
    assert [always.judge(asked).sampled for _ in range(3)] == [True, True, True]
    assert seldom.judge(asked).trace_id == TRACE_ID
    assert not always.judge(Trace(TRACE_ID, SPAN_ID)).sampled


# What is said through Python's logging


@pytest.fixture
def log() -> Iterator[logging.Handler]:
    handler = StructuredHandler()
    yield handler


def said(handler: logging.Handler, name: str, message: str, *values: object, error: Exception | None = None) -> None:
    made = logging.getLogger(name).makeRecord(
        name, logging.WARNING, "x.py", 7, message, values, (type(error), error, None) if error else None, "work"
    )
    handler.handle(made)


def test_our_own_words_are_a_line_with_the_works_ids(log: logging.Handler, capsys: Capture) -> None:
    with begun("send_sms", new_trace()):
        about(send_id=SEND)
        said(log, "shared.messaging.publisher", "left to the relay: %d of %d", 1, 2)
    told = line(capsys)
    assert (told["severity"], told["message"], told["send_id"]) == ("WARNING", "left to the relay: 1 of 2", SEND)


def test_of_another_librarys_words_only_the_template_and_the_place_are_kept(
    log: logging.Handler, capsys: Capture
) -> None:
    said(log, "urllib3.connectionpool", "Retrying %s", f"/g/{SECRET}")
    assert line(capsys)["message"] == "urllib3.connectionpool work:7 Retrying %s"
    said(log, "other", f"made of {SECRET}")
    assert line(capsys)["message"] == "other work:7"


def test_of_an_exception_the_type_is_kept_and_never_what_it_says(log: logging.Handler, capsys: Capture) -> None:
    said(log, "flask.app", "Exception on %s", f"/g/{SECRET}", error=ValueError(SECRET))
    told = line(capsys)
    assert "builtins.ValueError" in told["message"]
    assert "174" not in str(told) and "Åsa" not in str(told)


def test_what_was_told_already_is_not_told_again_by_the_framework(log: logging.Handler, capsys: Capture) -> None:
    said(log, "flask.app", "Exception on %s", "/", error=ToldAlready("send_sms"))
    assert capsys.readouterr().out == ""


PROCESS = f"""
import logging, os, sys, threading
from shared.observability.handler import install
install()
server = logging.getLogger("gunicorn.error")  # set up as gunicorn does, after it has imported the function
server.propagate = False
server.addHandler(logging.StreamHandler(sys.stderr))
child = os.fork()
if child:
    os.waitpid(child, 0)
def work():
    server.error("Error handling request %s", "/g/{SECRET}")
    logging.getLogger("shared.x").warning("ours")
    raise ValueError("{SECRET}")
if not child:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    raise KeyError("{SECRET}")
"""


def test_everything_that_a_served_process_writes_is_json_and_holds_nothing_of_anybody() -> None:
    run = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", PROCESS], cwd=ROOT, capture_output=True, text=True, check=False
    )
    told = [json.loads(one) for one in run.stdout.splitlines()]
    assert run.stderr == ""
    assert [one["severity"] for one in told] == ["ERROR", "WARNING", "CRITICAL", "CRITICAL"]
    assert "ValueError" in told[2]["message"] and "KeyError" in told[3]["message"]
    assert "174" not in run.stdout and "Åsa" not in run.stdout


def test_a_function_that_cannot_start_says_which_settings_are_missing_in_lines_as_any_other() -> None:
    serve = [sys.executable, "-m", "functions_framework", "--target", "send_sms", "--source", "main.py", "--port", "9"]
    environment = {"PATH": os.environ["PATH"], "FUNCTION_TARGET": "send_sms"}
    run = subprocess.run(  # noqa: S603 - our own interpreter
        serve, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    told = [json.loads(one) for one in run.stdout.splitlines()]
    assert (run.returncode, run.stderr) == (1, "")
    assert "GOOGLE_CLOUD_PROJECT is missing" in told[0]["message"]
    assert {one["severity"] for one in told} == {"CRITICAL"}


def test_no_work_fails_for_want_of_its_spans(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", f"/nowhere/{SECRET}")
    export_to("https://127.0.0.1:9/v1/traces", "upup")
    try:
        with begun("send_sms", Trace(TRACE_ID, SPAN_ID, sampled=True)), span("lekab", "client") as told:
            told["http.response.status_code"] = 200
    finally:
        export_to(None, "")
    (record,) = caplog.records
    assert "DefaultCredentialsError" in record.getMessage() and SECRET not in record.getMessage()


IMPORTED = """
import sys
from shared.observability.context import Trace, begun
from shared.observability.spans import export_to, flush, span
export_to("http://127.0.0.1:9/v1/traces", "upup")
with begun("sends", Trace("1" * 32, "1" * 16, sampled=sys.argv[1] == "sampled")):
    with span("lekab", "client"):
        pass
print("opentelemetry.sdk.trace" in sys.modules, "opentelemetry" in sys.modules)
"""


@pytest.mark.parametrize(("sampled", "loaded"), [("unsampled", "False False"), ("sampled", "True True")])
def test_opentelemetry_is_loaded_for_what_is_sampled_alone(sampled: str, loaded: str) -> None:
    command = [sys.executable, "-c", IMPORTED, sampled]
    run = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    assert run.stdout.split() == loaded.split()
