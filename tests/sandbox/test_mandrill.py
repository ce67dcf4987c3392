"""Mandrill's stand-in over HTTP: a mailbox, and errors in Mandrill's shape."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.stand_ins.mandrill import Mandrill
from sandbox.stand_ins.web import WebServer
from tests.sandbox.conftest import ManualClock

MESSAGE = {
    "to": [{"email": "anna@example.se"}],
    "from_email": "hej@upup.se",
    "subject": "Logga in",
    "text": "Öppna https://upup.se/login#token=abc",
}


@pytest.fixture
def mandrill(clock: ManualClock) -> Mandrill:
    return Mandrill(clock, "md-nyckel")


@pytest.fixture
def url(mandrill: Mandrill) -> Iterator[str]:
    server = WebServer(mandrill.app)
    yield server.url
    server.close()


def post(url: str, body: Any) -> requests.Response:
    return requests.post(f"{url}/api/1.0/messages/send.json", json=body, timeout=5)


def test_a_mail_arrives_at_each_recipient_newest_first(mandrill: Mandrill, url: str, clock: ManualClock) -> None:
    both = [{"email": "anna@example.se"}, {"email": "bo@example.se"}]
    answer = post(url, {"key": "md-nyckel", "message": {**MESSAGE, "to": both}}).json()
    clock.advance(minutes=1)
    post(url, {"key": "md-nyckel", "message": {**MESSAGE, "subject": "Igen"}})

    assert [(sent["email"], sent["status"]) for sent in answer] == [
        ("anna@example.se", "sent"),
        ("bo@example.se", "sent"),
    ]
    assert [mail["subject"] for mail in mandrill.mails("Anna@Example.se")] == ["Igen", "Logga in"]
    assert mandrill.mails("bo@example.se") == [
        {
            "id": answer[1]["_id"],
            "to": "bo@example.se",
            "from": "hej@upup.se",
            "subject": "Logga in",
            "message": "Öppna https://upup.se/login#token=abc",
            "at": "2026-11-23T09:00:00Z",
        }
    ]
    assert len(mandrill.mails()) == 3
    assert mandrill.stats() == {"requests": 2, "mails": 3}


def test_an_address_that_bounced_is_rejected_with_status_200_and_the_others_are_sent(
    mandrill: Mandrill, url: str
) -> None:
    both = [{"email": "anna@INVALID.example"}, {"email": "bo@example.se"}]
    answer = post(url, {"key": "md-nyckel", "message": {**MESSAGE, "to": both}})

    assert answer.status_code == 200
    assert [(one["email"], one["status"], one["reject_reason"]) for one in answer.json()] == [
        ("anna@INVALID.example", "rejected", "hard-bounce"),
        ("bo@example.se", "sent", None),
    ]
    assert [mail["to"] for mail in mandrill.mails()] == ["bo@example.se"]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"key": "fel", "message": MESSAGE}, "Invalid_Key"),
        ({"message": MESSAGE}, "ValidationError"),
        ({"key": "md-nyckel"}, "ValidationError"),
        ({"key": "md-nyckel", "message": {**MESSAGE, "to": []}}, "ValidationError"),
        ({"key": "md-nyckel", "message": {**MESSAGE, "to": [{"email": "anna"}]}}, "ValidationError"),
        ("hej", "ValidationError"),
    ],
)
def test_a_refused_mail_is_an_error_in_mandrills_shape(mandrill: Mandrill, url: str, body: Any, name: str) -> None:
    refused = post(url, body)

    assert refused.status_code == 500
    assert set(refused.json()) == {"status", "code", "name", "message"}
    assert (refused.json()["status"], refused.json()["name"]) == ("error", name)
    assert mandrill.mails() == []
