"""HubSpot's stand-in over HTTP: contacts by e-mail, a block list, a limit, and errors in HubSpot's shape."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.stand_ins.faults import Fault, Faults
from sandbox.stand_ins.hubspot import HubSpot
from sandbox.stand_ins.outages import Outages
from sandbox.stand_ins.web import WebServer, with_faults
from tests.sandbox.conftest import ManualClock

CONTACTS = "/crm/v3/objects/contacts"
ANNA, BO = "anna@exempel.example", "bo@exempel.example"


class Served:
    def __init__(self, clock: ManualClock, most_calls: int = 190) -> None:
        self.faults = Faults()
        self.hubspot = HubSpot(clock, "nyckel", most_calls)
        self.server = WebServer(with_faults(self.hubspot.app, self.faults.of("hubspot")))

    def call(self, path: str, body: Any, key: str = "Bearer nyckel") -> requests.Response:
        return requests.post(f"{self.server.url}{CONTACTS}{path}", json=body, headers={"Authorization": key}, timeout=5)

    def upsert(self, *emails: str, **properties: str) -> requests.Response:
        return self.call("/batch/upsert", {"inputs": [wanted(email, **properties) for email in emails]})

    def read(self, *emails: str, names: tuple[str, ...] = ()) -> requests.Response:
        inputs = [{"id": email} for email in emails]
        return self.call("/batch/read", {"idProperty": "email", "inputs": inputs, "properties": list(names)})

    def contacts(self) -> int:
        return self.hubspot.stats()["contacts"]


def wanted(email: str, **properties: str) -> dict[str, Any]:
    return {"id": email, "idProperty": "email", "properties": properties}


@pytest.fixture
def served(clock: ManualClock) -> Iterator[Served]:
    served = Served(clock)
    yield served
    served.server.close()


def test_an_upsert_adds_and_then_changes_what_it_names(served: Served) -> None:
    (first,) = served.upsert(ANNA, firstname="Anna", upup_plan="start").json()["results"]
    (again,) = served.upsert(ANNA.upper(), upup_plan="growth").json()["results"]
    assert (first["new"], again["new"], first["id"] == again["id"]) == (True, False, True)
    (found,) = served.read(ANNA, names=("firstname", "upup_plan", "lastname")).json()["results"]
    assert found["id"] == first["id"]
    assert found["properties"].items() >= {"firstname": "Anna", "upup_plan": "growth", "lastname": None}.items()


def test_who_is_not_there_is_named_among_the_errors_of_a_207(served: Served) -> None:
    served.upsert(ANNA)
    answer = served.read(ANNA, BO)
    assert (answer.status_code, len(answer.json()["results"])) == (207, 1)
    (error,) = answer.json()["errors"]
    assert (error["category"], error["context"]) == ("OBJECT_NOT_FOUND", {"ids": [BO]})
    assert served.read(ANNA).status_code == 200


def test_one_bad_input_refuses_the_whole_batch(served: Served) -> None:
    refused = served.upsert(ANNA, "bo", firstname="x")
    assert refused.status_code == 400
    assert refused.json().keys() == {"status", "message", "correlationId", "category"}
    assert (refused.json()["category"], "INVALID_EMAIL" in refused.json()["message"]) == ("VALIDATION_ERROR", True)
    assert served.contacts() == 0


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"inputs": []},
        {"inputs": ["a"]},
        {"inputs": [{"id": ANNA, "properties": {}}]},
        {"inputs": [{"id": 17, "idProperty": "email", "properties": {}}]},
        {"inputs": [{"id": ANNA, "idProperty": "email"}]},
        {"inputs": [{"id": ANNA, "idProperty": "email", "properties": {"shoe_size": "39"}}]},
        {"inputs": [{"id": ANNA, "idProperty": "email", "properties": {"createdate": "2026-11-23"}}]},
        {"inputs": [{"id": ANNA, "idProperty": "email", "properties": {"upup_sends": 3}}]},
        {"inputs": [wanted(ANNA), wanted(ANNA.upper())]},
        {"inputs": [wanted(f"{number}@exempel.example") for number in range(101)]},
    ],
)
def test_odd_input_is_refused_and_keeps_nobody(served: Served, body: Any) -> None:
    refused = served.call("/batch/upsert", body)
    assert (refused.status_code, refused.json()["status"]) == (400, "error")
    assert served.contacts() == 0


def test_a_hundred_are_a_batch(served: Served) -> None:
    assert served.upsert(*(f"{number}@exempel.example" for number in range(100))).ok
    assert served.contacts() == 100


def test_erasing_by_e_mail_or_id_removes_who_is_known(served: Served) -> None:
    anna, _ = served.upsert(ANNA, BO).json()["results"]
    assert served.call("/gdpr-delete", {"objectId": anna["id"]}).status_code == 204
    assert served.call("/gdpr-delete", {"objectId": BO, "idProperty": "email"}).status_code == 204
    assert served.hubspot.stats()["contacts"] == served.hubspot.stats()["blocked"] == 0
    assert served.upsert(ANNA, BO).ok


def test_erasing_an_e_mail_that_is_not_known_puts_it_on_the_block_list(served: Served) -> None:
    assert served.call("/gdpr-delete", {"objectId": ANNA, "idProperty": "email"}).status_code == 204
    assert served.hubspot.stats()["blocked"] == 1
    assert served.upsert(ANNA).status_code == 400


def test_an_unknown_id_is_404_and_blocks_nothing(served: Served) -> None:
    assert served.call("/gdpr-delete", {"objectId": "17"}).status_code == 404
    assert served.hubspot.stats()["blocked"] == 0


@pytest.mark.parametrize("body", [None, {}, {"objectId": ""}, {"objectId": 17}, {"objectId": "a", "idProperty": "b"}])
def test_an_odd_erasure_is_refused(served: Served, body: Any) -> None:
    assert served.call("/gdpr-delete", body).status_code == 400


def test_the_names_of_the_properties_are_listed(served: Served) -> None:
    served.upsert(ANNA, upup_plan="start")
    url = f"{served.server.url}/crm/v3/properties/contacts"
    listed = requests.get(url, headers={"Authorization": "Bearer nyckel"}, timeout=5).json()["results"]
    assert {"email", "firstname", "lastname", "upup_plan"} <= {one["name"] for one in listed}


@pytest.mark.parametrize("key", ["", "nyckel", "Bearer fel"])
def test_without_the_token_nothing_is_answered(served: Served, key: str) -> None:
    refused = served.call("/batch/upsert", {"inputs": [wanted(ANNA)]}, key)
    assert (refused.status_code, refused.json()["category"]) == (401, "INVALID_AUTHENTICATION")
    assert served.contacts() == 0


def test_too_many_calls_in_ten_seconds_are_refused(clock: ManualClock) -> None:
    served = Served(clock, most_calls=3)
    statuses = [served.read(ANNA).status_code for _ in range(5)]
    served.server.close()
    assert statuses == [207, 207, 207, 429, 429]


@pytest.mark.parametrize(("kind", "kept"), [("error", 0), ("timeout_before_accept", 0), ("timeout_after_accept", 1)])
def test_a_fault_bites_and_says_nothing_of_what_was_done(served: Served, kind: str, kept: int) -> None:
    served.faults.add(Fault("hubspot", kind, count=1))
    try:
        assert served.upsert(ANNA).status_code == 500
    except requests.ConnectionError:
        assert kind != "error"
    assert served.contacts() == kept


def test_what_is_down_comes_back_with_its_contacts(served: Served) -> None:
    served.upsert(ANNA)
    served.faults.on_change(Outages(served.faults, {"hubspot": served.server}).look)
    served.faults.add(Fault("hubspot", "down"))
    with pytest.raises(requests.ConnectionError):
        served.read(ANNA)
    served.faults.remove()
    assert served.read(ANNA).ok
