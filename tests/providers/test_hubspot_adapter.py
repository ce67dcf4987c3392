"""HubSpot's adapter over the wire: contacts by the hundred, and an erasure that never meets the block list."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from flask import Flask, Response, request

from sandbox.stand_ins.hubspot import HubSpot as StandIn
from sandbox.stand_ins.web import WebServer
from shared.ports import Contact, SupplierUnavailable
from shared.providers.hubspot import HubSpot
from tests.factories import FakeClock
from tests.providers.contact_adapters import CONTACT, EMAIL, HUBSPOT_CALLS
from tests.providers.contact_adapters import a_hubspot as adapter
from tests.providers.odd_server import Answer, OddServer

UPSERT, READ, ERASE = (f"crm/v3/objects/contacts/{call}" for call in ("batch/upsert", "batch/read", "gdpr-delete"))
FOUND = {"results": [{"id": "101", "properties": {"email": EMAIL}}]}


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn(FakeClock(), "nyckel")


@pytest.fixture
def url(stand_in: StandIn) -> Iterator[str]:
    server = WebServer(stand_in.app)
    yield server.url
    server.close()


every_call = pytest.mark.parametrize("call", HUBSPOT_CALLS.values(), ids=HUBSPOT_CALLS)


def properties(stand_in: StandIn) -> dict[str, Any]:
    (contact,) = stand_in.contacts()
    found: dict[str, Any] = contact["properties"]
    return found


def test_a_contact_is_kept_with_names_plan_and_figures(stand_in: StandIn, url: str) -> None:
    assert adapter(url).keep([CONTACT]) == []
    kept = properties(stand_in)
    assert (kept["email"], kept["firstname"], kept["lastname"]) == (EMAIL, "Åsa", "Berg")
    assert (kept["upup_plan"], kept["upup_sends"], kept["upup_gifts_redeemed"]) == ("start", "3", "12")


def test_keeping_again_changes_the_one_contact_in_whatever_case_the_e_mail_is(stand_in: StandIn, url: str) -> None:
    adapter(url).keep([CONTACT])
    adapter(url).keep([Contact(f" {EMAIL.upper()} ", "Åsa", "Lund", None, {"sends": 4})])
    kept = properties(stand_in)
    assert (kept["lastname"], kept["upup_plan"], kept["upup_sends"]) == ("Lund", "start", "4")


def test_contacts_go_a_hundred_a_call(stand_in: StandIn, url: str) -> None:
    contacts = [Contact(f"{number}@exempel.example", "Åsa", "Berg") for number in range(250)]
    assert adapter(url).keep(contacts) == []
    assert stand_in.stats() == {"requests": 3, "contacts": 250, "blocked": 0}


def test_nobody_to_keep_is_no_call(stand_in: StandIn, url: str) -> None:
    assert adapter(url).keep([]) == []
    assert stand_in.stats()["requests"] == 0


def test_one_e_mail_twice_is_kept_once_as_it_was_said_last(stand_in: StandIn, url: str) -> None:
    adapter(url).keep([CONTACT, Contact(EMAIL.upper(), "Åsa", "Lund")])
    assert properties(stand_in)["lastname"] == "Lund"


def test_a_bad_e_mail_is_told_and_keeps_nobody_else_out(stand_in: StandIn, url: str) -> None:
    contacts = [Contact(f"{number}@exempel.example", "Åsa", "Berg") for number in range(100)]
    contacts[17] = contacts[80] = bad = Contact("asa", "Åsa", "Berg")
    assert adapter(url).keep(contacts) == [bad]
    assert stand_in.stats()["contacts"] == 98


def test_what_is_wrong_with_our_properties_is_loud_and_refuses_nobody(
    odd: OddServer, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = '[{"isValid":false,"error":"PROPERTY_DOESNT_EXIST","name":"upup_plan"}]'
    odd.answer = Answer(400, {"category": "VALIDATION_ERROR", "message": f"Property values were not valid: {wrong}"})
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).keep([CONTACT])
    assert len(odd.asked) == 1
    assert "HubSpot answered 400" in caplog.text


def test_all_that_hubspot_holds_is_found_for_whoever_asks(stand_in: StandIn, url: str) -> None:
    hubspot = adapter(url)
    hubspot.keep([CONTACT])
    held = hubspot.find(EMAIL.upper())
    assert held is not None
    assert held.values.items() >= {"email": EMAIL, "lastname": "Berg", "upup_plan": "start", "upup_sends": "3"}.items()
    assert None not in held.values.values()


def test_an_unknown_e_mail_is_none(url: str) -> None:
    assert adapter(url).find(EMAIL) is None


def test_an_erased_contact_is_gone_and_nothing_is_blocked(stand_in: StandIn, url: str) -> None:
    hubspot = adapter(url)
    hubspot.keep([CONTACT, Contact("bo@exempel.example", "Bo", "Ek")])
    hubspot.erase(EMAIL.upper())
    hubspot.erase(EMAIL)
    assert hubspot.find(EMAIL) is None
    assert [one["properties"]["email"] for one in stand_in.contacts()] == ["bo@exempel.example"]
    assert stand_in.stats()["blocked"] == 0
    assert hubspot.keep([CONTACT]) == []


def test_an_unknown_e_mail_is_never_handed_to_the_erasure(stand_in: StandIn, url: str) -> None:
    adapter(url).erase(EMAIL)
    assert stand_in.stats() == {"requests": 1, "contacts": 0, "blocked": 0}


def test_who_is_erased_by_two_at_once_is_never_blocked(stand_in: StandIn, url: str) -> None:
    """The other one erases between our look-up and our erasure."""
    adapter(url).keep([CONTACT])
    app = Flask(__name__)

    @app.post("/<path:path>")
    def between(path: str) -> Response:
        if path == ERASE:
            adapter(url).erase(EMAIL)
        answer = requests.post(f"{url}/{path}", json=request.get_json(), headers=dict(request.headers), timeout=5)
        return Response(answer.content, answer.status_code, mimetype="application/json")

    server = WebServer(app)
    adapter(server.url).erase(EMAIL)
    server.close()
    assert stand_in.stats()["blocked"] == stand_in.stats()["contacts"] == 0


@pytest.mark.parametrize("status", [200, 202, 400, 404])
def test_an_erasure_that_is_not_confirmed_comes_again(odd: OddServer, status: int) -> None:
    odd.by_path = {READ: Answer(200, FOUND), ERASE: Answer(status, {})}
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).erase(EMAIL)


@every_call
def test_a_wrong_path_is_never_taken_for_a_person_who_is_unknown(
    url: str, call: Callable[[HubSpot], object], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SupplierUnavailable):
        call(adapter(url, path="/crm/objects/borta/contacts"))
    assert "HubSpot answered 404" in caplog.text


def test_where_the_contacts_are_is_a_setting(odd: OddServer) -> None:
    odd.answer = Answer(200, FOUND)
    adapter(odd.url, path="/crm/objects/2026-03/contacts").keep([CONTACT])
    assert [path for path, _ in odd.asked] == ["crm/objects/2026-03/contacts/batch/upsert"]


def test_no_address_holds_an_e_mail(odd: OddServer) -> None:
    odd.by_path = {ERASE: Answer(204)}
    odd.answer = Answer(200, FOUND)
    for call in HUBSPOT_CALLS.values():
        call(adapter(odd.url))
    assert {path for path, _ in odd.asked} == {UPSERT, READ, ERASE, "crm/v3/properties/contacts"}


ODD = [
    '{"results": 17}',
    '{"results": [17]}',
    '{"results": [{}, {}]}',
    '{"results": [], "errors": "nej"}',
    '{"results": [], "errors": [{"category": "INTERNAL_ERROR"}]}',
]


@every_call
@pytest.mark.parametrize("status", [200, 207])
@pytest.mark.parametrize("body", ODD)
def test_a_list_of_no_form_we_know_is_not_taken_for_done(
    odd: OddServer, call: Callable[[HubSpot], object], body: str, status: int
) -> None:
    odd.by_path = {"crm/v3/properties/contacts": Answer(200, {"results": [{"name": "email"}]})}
    odd.answer = Answer(status, body)
    with pytest.raises(SupplierUnavailable):
        call(adapter(odd.url))


@pytest.mark.parametrize("found", [{"properties": {}}, {"id": "", "properties": {}}, {"id": "101"}])
def test_a_contact_without_an_id_or_its_properties_is_not_taken_for_one(
    odd: OddServer, found: dict[str, object]
) -> None:
    odd.by_path = {READ: Answer(200, {"results": [found]})}
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).erase(EMAIL)
    assert odd.bodies(ERASE) == []


def test_a_batch_that_was_kept_in_part_comes_again(odd: OddServer) -> None:
    odd.answer = Answer(207, {**FOUND, "errors": []})
    with pytest.raises(SupplierUnavailable):
        adapter(odd.url).keep([CONTACT, Contact("bo@exempel.example", "Bo", "Ek")])
