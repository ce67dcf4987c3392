"""One send is one trace, from the request to the suppliers, in spans and in log lines; neither holds anybody's data."""

import json
import secrets
from typing import Any

import pytest

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.program import Json, Program, a_send, ok, refused

PHONE = "070-17406 71"
NUMBER = ("46701740671", "0701740671", "701740671")
NAME, WORD = "Kanarieåsa", "Kanarietext"
PROJECT = "projects/upup-sandbox/traces/"


def seen(program: Program, trace_id: str) -> Json:
    return program.console(f"/api/traces/{trace_id}")


def send_in_trace(program: Program, trace_id: str, sampled: str) -> Json:
    body = a_send(PHONE) | {"message": f"{WORD} {{{{first_name}}}}: {{{{link}}}}"}
    body["recipients"] = [{"phone": PHONE, "first_name": NAME}]
    answer = program.post("/v1/sends", body, traceparent=f"00-{trace_id}-00f067aa0ba902b7-{sampled}")
    return program.delivered(ok(answer, 201))


@pytest.fixture(scope="module")
def sent(company: Program) -> tuple[str, Json, list[Json]]:
    """A sampled send's trace, the send, and its spans once all that belongs to it has come in."""
    trace_id = secrets.token_hex(16)
    send = send_in_trace(company, trace_id, "01")

    def complete() -> list[Json] | None:
        spans: list[Json] = seen(company, trace_id)["spans"]
        names = [one["name"] for one in spans]
        return spans if {"sends", "issue_coupons", "send_sms"} <= set(names) else None

    return trace_id, send, wait_for(complete, "the spans", 10)


def path_to(spans: list[Json], leaf: Json) -> list[str]:
    """The names of a span and of all above it, the uppermost first."""
    by_id = {one["id"]: one for one in spans}
    names: list[str] = []
    at = leaf
    while at:
        names.insert(0, at["name"])
        at = by_id.get(at["parent"], {})
    return names


def test_one_sends_trace_leads_from_the_request_through_pubsub_to_both_suppliers(
    sent: tuple[str, Json, list[Json]],
) -> None:
    _, _, spans = sent
    paths = [path_to(spans, one) for one in spans]
    assert ["sends"] in paths
    assert ["sends", "publish"] in paths
    assert ["sends", "issue_coupons", "clearon"] in paths
    assert ["sends", "issue_coupons", "publish"] in paths
    assert ["sends", "issue_coupons", "send_sms", "lekab"] in paths
    kinds = {one["name"]: one["kind"] for one in spans}
    assert [kinds[name] for name in ("sends", "publish", "send_sms", "lekab")] == [
        *("server", "producer", "consumer", "client")
    ]


def test_spans_tell_ids_statuses_and_suppliers(sent: tuple[str, Json, list[Json]], company: Program) -> None:
    _, send, spans = sent
    facts = {one["name"]: one["attributes"] for one in spans}
    assert facts["sends"]["http.response.status_code"] == 201
    assert facts["lekab"]["http.response.status_code"] == 200
    for name in ("sends", "issue_coupons", "send_sms", "lekab"):
        assert facts[name]["upup.send_id"] == send["id"]
        assert facts[name]["upup.company_id"] == company.account_id


def test_no_span_holds_a_number_a_name_a_text_an_address_or_a_gifts_link(
    sent: tuple[str, Json, list[Json]], company: Program
) -> None:
    _, _, spans = sent
    told = json.dumps(spans, ensure_ascii=False)
    token = company.link_token(PHONE, WORD)
    assert [word for word in (*NUMBER, NAME, WORD, token, "http://", "/v1/", "password") if word in told] == []


def test_a_request_that_nobody_samples_has_no_span_and_its_messages_still_belong_to_its_trace(company: Program) -> None:
    trace_id = secrets.token_hex(16)
    send = send_in_trace(company, trace_id, "00")
    found = seen(company, trace_id)
    assert found["spans"] == []
    told = {line["function"]: line for line in found["lines"]}
    assert {"issue_coupons", "send_sms"} <= told.keys()
    for name in ("issue_coupons", "send_sms"):
        assert (told[name]["send_id"], told[name]["company_id"]) == (send["id"], company.account_id)


def test_a_line_names_the_trace_as_cloud_logging_reads_it(sent: tuple[str, Json, list[Json]], company: Program) -> None:
    trace_id, _, spans = sent
    own = {one["id"] for one in spans if one["name"] == "send_sms"}
    line = next(one for one in seen(company, trace_id)["lines"] if one["function"] == "send_sms")
    assert line["logging.googleapis.com/trace"] == f"{PROJECT}{trace_id}"
    assert line["logging.googleapis.com/spanId"] in own
    assert line["logging.googleapis.com/trace_sampled"] is True


@pytest.mark.parametrize(
    "header",
    [
        {"traceparent": "00-%s-00f067aa0ba902b7-00"},
        {"X_Cloud_Trace_Context": "%s/67667974448284343;o=0"},
    ],
)
def test_a_problem_names_the_trace_of_its_request(upup: Addresses, header: dict[str, Any]) -> None:
    trace_id = secrets.token_hex(16)
    given = {name: value % trace_id for name, value in header.items()}
    answer = Program(upup).post("/v1/sends", {}, **given)
    assert refused(answer, 401)["trace_id"] == trace_id
