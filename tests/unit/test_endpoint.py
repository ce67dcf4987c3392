"""The edge of the HTTP functions: what becomes of a supplier that is away, and of refusals and faults."""

import json

import pytest
from flask import Flask, Response, request

from shared.domain.errors import Conflict, Forbidden, NotFound, SameMoment, TooMany
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.problem import MEDIA_TYPE
from shared.observability.context import begun, new_trace
from shared.ports import KeyServiceFault, OutcomeUnknown, SupplierUnavailable
from tests.unit.edge import Parts

APP = Flask(__name__)


def answer_to(trouble: Exception) -> tuple[int, str | None, str]:
    api = Api(Parts())

    @api.route("GET", "/v1/x")
    def handle(call: Call) -> Answer:
        raise trouble

    with APP.test_request_context("/v1/x"), begun("x", new_trace()):
        response = api.answer(request)
    return response.status_code, response.headers.get("Retry-After"), response.get_data(as_text=True)


@pytest.mark.parametrize("trouble", [SupplierUnavailable("key service: Hemligt"), OutcomeUnknown("Hemligt")])
def test_a_supplier_that_is_away_is_503_with_the_time_to_try_again(trouble: Exception) -> None:
    status, retry_after, body = answer_to(trouble)
    assert (status, retry_after) == (503, "30")
    assert "Hemligt" not in body


def test_a_key_service_that_refuses_is_our_own_fault() -> None:
    assert answer_to(KeyServiceFault("Hemligt"))[:2] == (500, None)


def test_a_fault_of_ours_is_one_line_that_an_alert_finds_by_its_severity_and_that_says_nothing_of_anybody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, _, body = answer_to(RuntimeError("Hemligt 070-1740605"))
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert told["severity"] == "ERROR"
    assert told["logging.googleapis.com/trace"].endswith(f"/traces/{json.loads(body)['trace_id']}")
    assert "RuntimeError" in told["message"] and "shared/http/endpoint.py" in told["message"]
    assert "Hemligt" not in line and "1740605" not in line


# What a recipient sees of it


BROWSERS = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def gift_link(trouble: Exception, accept: str | None = BROWSERS, path: str = "/g/<token>") -> Response:
    api = Api(Parts())

    @api.route("GET", path)
    def handle(call: Call) -> Answer:
        raise trouble

    headers = {"Accept": accept} if accept else {}
    with APP.test_request_context(path.replace("<token>", "unknown"), headers=headers):
        return api.answer(request)


@pytest.mark.parametrize(
    ("trouble", "status", "swedish", "english"),
    [
        (NotFound("Hemligt"), 404, "Gåvan finns inte", "There is no such gift"),
        (Forbidden("Hemligt"), 403, "Det gick inte", "That did not work"),
        (TooMany("Hemligt", 7), 429, "Försök igen", "Try again"),
        (SupplierUnavailable("Hemligt"), 503, "Försök igen", "Try again"),
        (RuntimeError("Hemligt"), 500, "Försök igen", "Try again"),
    ],
)
def test_a_recipient_whose_link_does_not_work_is_told_so_on_a_page(
    trouble: Exception, status: int, swedish: str, english: str
) -> None:
    page = gift_link(trouble)
    text = page.get_data(as_text=True)
    assert (page.status_code, page.content_type) == (status, "text/html; charset=utf-8")
    assert text.startswith("<!doctype html>") and swedish in text and english in text
    assert "Hemligt" not in text and "<script" not in text
    (policy,) = page.headers.getlist("Content-Security-Policy")
    assert "default-src 'none'" in policy and "script-src" not in policy
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers.get("Retry-After") == {429: "7", 503: "30"}.get(status)


@pytest.mark.parametrize(
    ("accept", "path"), [(None, "/g/<token>"), ("application/json", "/g/<token>"), (BROWSERS, "/v1/gift/<token>")]
)
def test_a_program_is_told_in_json(accept: str | None, path: str) -> None:
    assert gift_link(NotFound("There is no such gift."), accept, path).content_type == MEDIA_TYPE


def test_a_files_address_is_no_thing_of_that_name() -> None:
    api = Api(Parts())
    api.route("GET", "/v1/x/export.csv")(lambda call: Answer(200, {}))
    api.route("PATCH", "/v1/x/<x_id>")(lambda call: Answer(200, call.path["x_id"]))
    with APP.test_request_context("/v1/x/export.csv", method="PATCH"):
        assert api.answer(request).headers["Allow"] == "GET, HEAD"
    with APP.test_request_context("/v1/x/brc_a", method="PATCH"):
        assert api.answer(request).get_json() == "brc_a"


def test_another_method_is_refused_with_those_that_are_taken() -> None:
    api = Api(Parts())
    api.route("PATCH", "/v1/x")(lambda call: Answer(200))
    api.route("DELETE", "/v1/x")(lambda call: Answer(200))
    with APP.test_request_context("/v1/x", method="PUT"):
        response = api.answer(request)
    assert response.get_json()["detail"] == "This address takes DELETE and PATCH."


@pytest.mark.parametrize(
    ("refusal", "title"),
    [
        (Conflict("This access has ended before."), "This does not fit its present state"),
        (SameMoment("Try again in a moment."), "Something else happened at the same time"),
    ],
)
def test_a_conflict_says_whether_trying_again_can_help(refusal: Conflict, title: str) -> None:
    status, _, body = answer_to(refusal)
    told = json.loads(body)
    assert (status, told["title"], told["type"].rpartition("/")[2]) == (409, title, "conflict")
