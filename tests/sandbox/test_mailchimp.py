"""Mailchimp's stand-in over HTTP: members by the MD5 of their e-mail, and errors in Mailchimp's shape."""

import hashlib
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.stand_ins.faults import Fault, Faults
from sandbox.stand_ins.mailchimp import Mailchimp
from sandbox.stand_ins.outages import Outages
from sandbox.stand_ins.web import WebServer, with_faults
from tests.sandbox.conftest import ManualClock

EMAIL = "Anna@exempel.example"
NEW = {"email_address": EMAIL, "status_if_new": "subscribed", "merge_fields": {"FNAME": "Anna", "PLAN": "start"}}


def digest(email: str) -> str:
    return hashlib.md5(email.lower().encode(), usedforsecurity=False).hexdigest()


class Served:
    def __init__(self, clock: ManualClock) -> None:
        self.faults = Faults()
        self.mailchimp = Mailchimp(clock, "nyckel", "a1")
        self.server = WebServer(with_faults(self.mailchimp.app, self.faults.of("mailchimp")))

    def call(self, method: str, path: str = "", body: Any = None, **options: Any) -> requests.Response:
        options = {"auth": ("vem som helst", "nyckel"), **options}
        url = f"{self.server.url}/3.0/lists/a1/members/{digest(EMAIL)}{path}"
        return requests.request(method, url, json=body, timeout=5, **options)


@pytest.fixture
def served(clock: ManualClock) -> Iterator[Served]:
    served = Served(clock)
    yield served
    served.server.close()


def test_an_upsert_adds_with_status_if_new_and_then_changes_the_fields_it_names(served: Served) -> None:
    first = served.call("PUT", body=NEW).json()
    again = served.call(
        "PUT", body={**NEW, "status_if_new": "pending", "merge_fields": {"LNAME": "Ek", "NOPE": "x"}}
    ).json()
    assert (first["id"], first["email_address"], first["status"]) == (digest(EMAIL), EMAIL, "subscribed")
    assert again["status"] == "subscribed"
    assert again["merge_fields"].items() >= {"FNAME": "Anna", "LNAME": "Ek", "PLAN": "start"}.items()
    assert "NOPE" not in again["merge_fields"]
    assert served.call("GET").json() == again
    assert served.mailchimp.stats()["members"] == 1


def test_the_list_of_members_is_by_their_last_change_and_in_pages(served: Served, clock: ManualClock) -> None:
    def listed(**query: str | int) -> list[str]:
        url = f"{served.server.url}/3.0/lists/a1/members"
        answer = requests.get(url, params=query, auth=("x", "nyckel"), timeout=5)
        return [one["email_address"] for one in answer.json()["members"]] if answer.ok else [str(answer.status_code)]

    start = clock.now()
    for name in ("a", "b", "c"):
        clock.advance(seconds=1)
        served.mailchimp.sign_up(f"{name}@exempel.example")
    assert listed() == ["a@exempel.example", "b@exempel.example", "c@exempel.example"]
    assert listed(sort_field="last_changed", sort_dir="DESC", count=1, offset=1) == ["b@exempel.example"]
    assert listed(since_last_changed=start.replace(microsecond=0).isoformat(), count=2) == [
        "a@exempel.example",
        "b@exempel.example",
    ]
    assert listed(since_last_changed=clock.now().isoformat()) == []
    assert [listed(count=1001), listed(since_last_changed="igår"), listed(sort_field="email")] == [["400"]] * 3


def test_a_link_in_a_newsletter_unsubscribes_and_mailchimps_form_brings_back_who_was_erased(served: Served) -> None:
    assert not served.mailchimp.unsubscribe(EMAIL)
    served.call("PUT", body=NEW)
    assert served.mailchimp.unsubscribe(EMAIL)
    assert served.call("GET").json()["status"] == "unsubscribed"
    served.call("POST", "/actions/delete-permanent")
    assert served.call("PUT", body=NEW).status_code == 400
    served.mailchimp.sign_up(EMAIL)
    assert served.call("PUT", body=NEW).json()["status"] == "subscribed"


def test_who_has_unsubscribed_is_not_subscribed_again_by_an_upsert(served: Served) -> None:
    served.call("PUT", body=NEW)
    assert served.call("PATCH", body={"status": "unsubscribed"}).json()["status"] == "unsubscribed"
    assert served.call("PUT", body=NEW).json()["status"] == "unsubscribed"
    refused = served.call("PUT", body={**NEW, "status": "subscribed"})
    assert (refused.status_code, refused.json()["title"]) == (400, "Member In Compliance State")


def test_tags_come_and_go_each_once(served: Served) -> None:
    served.call("PUT", body=NEW)
    tags = [{"name": "start", "status": "active"}, {"name": "vip", "status": "active"}]
    answers = [served.call("POST", "/tags", {"tags": tags}) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    served.call("POST", "/tags", {"tags": [{"name": "vip", "status": "inactive"}]})
    assert [tag["name"] for tag in served.call("GET").json()["tags"]] == ["start"]


def test_who_was_permanently_deleted_is_unknown_and_cannot_be_added_again(served: Served) -> None:
    served.call("PUT", body=NEW)
    assert served.call("POST", "/actions/delete-permanent").status_code == 204
    assert served.call("GET").status_code == 404
    refused = served.call("PUT", body=NEW)
    assert refused.status_code == 400
    assert refused.json().keys() == {"type", "title", "status", "detail", "instance"}
    assert refused.json()["title"] == "Forgotten Email Not Subscribed"
    assert served.mailchimp.members() == []
    assert served.mailchimp.stats()["forgotten"] == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PATCH", "", {"status": "unsubscribed"}),
        ("POST", "/tags", {"tags": [{"name": "a", "status": "active"}]}),
        ("POST", "/actions/delete-permanent", None),
        ("POST", "/actions/borta", None),
    ],
)
def test_an_unknown_member_is_404_and_is_not_remembered(served: Served, method: str, path: str, body: Any) -> None:
    answer = served.call(method, path, body)
    assert (answer.status_code, answer.json()["title"]) == (404, "Resource Not Found")
    assert served.call("PUT", body=NEW).status_code == 200


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (None, "JSON Parse Error"),
        ([], "JSON Parse Error"),
        ({}, "Invalid Resource"),
        ({**NEW, "email_address": "anna"}, "Invalid Resource"),
        ({**NEW, "email_address": "bo@exempel.example"}, "Invalid Resource"),
        ({"email_address": EMAIL}, "Invalid Resource"),
        ({**NEW, "status_if_new": "kanske"}, "Invalid Resource"),
        ({**NEW, "merge_fields": "Anna"}, "Invalid Resource"),
        ({**NEW, "merge_fields": {"FNAME": 17}}, "Invalid Resource"),
        ({**NEW, "merge_fields": {"FNAME": "A" * 256}}, "Invalid Resource"),
    ],
)
def test_odd_input_is_refused_as_a_problem_and_adds_nobody(served: Served, body: Any, title: str) -> None:
    refused = served.call("PUT", body=body)
    assert (refused.status_code, refused.json()["status"], refused.json()["title"]) == (400, 400, title)
    assert served.mailchimp.members() == []


@pytest.mark.parametrize("tags", [None, [], "start", ["start"], [{"name": "a"}], [{"name": "a", "status": "på"}]])
def test_odd_tags_are_refused(served: Served, tags: Any) -> None:
    served.call("PUT", body=NEW)
    assert served.call("POST", "/tags", {"tags": tags}).status_code == 400


def test_without_the_key_nothing_is_answered(served: Served) -> None:
    headers: dict[str, str]
    for headers in ({}, {"Authorization": "Basic fel"}, {"Authorization": "Bearer nyckel"}):
        answer = served.call("GET", auth=None, headers=headers)
        assert (answer.status_code, answer.json()["title"]) == (401, "API Key Invalid")
    assert served.call("GET", auth=("upup", "fel")).status_code == 401


def test_another_audience_is_unknown_and_ones_own_is_shown(served: Served) -> None:
    for audience, status in (("a1", 200), ("a2", 404)):
        url = f"{served.server.url}/3.0/lists/{audience}"
        assert requests.get(url, auth=("upup", "nyckel"), timeout=5).status_code == status


def test_more_than_ten_calls_at_once_are_too_many(served: Served) -> None:
    served.mailchimp.seconds_a_call = 1
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(served.call("GET").status_code)) for _ in range(14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [404] * 10 + [429] * 4
    served.mailchimp.seconds_a_call = 0
    assert served.call("GET").status_code == 404


@pytest.mark.parametrize(("kind", "members"), [("error", 0), ("timeout_before_accept", 0), ("timeout_after_accept", 1)])
def test_a_fault_bites_and_says_nothing_of_what_was_done(served: Served, kind: str, members: int) -> None:
    served.faults.add(Fault("mailchimp", kind, count=1))
    try:
        assert served.call("PUT", body=NEW).status_code == 500
    except requests.ConnectionError:
        assert kind != "error"
    assert served.mailchimp.stats()["members"] == members


def test_what_is_down_comes_back_with_its_members(served: Served) -> None:
    served.call("PUT", body=NEW)
    served.faults.on_change(Outages(served.faults, {"mailchimp": served.server}).look)
    served.faults.add(Fault("mailchimp", "down"))
    with pytest.raises(requests.ConnectionError):
        served.call("GET")
    served.faults.remove()
    assert served.call("GET").ok
