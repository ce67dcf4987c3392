"""Lekab's stand-in over HTTP: what it takes, what it refuses, and what it calls back."""

import base64
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from sandbox.stand_ins.lekab import Lekab, NotANumber
from sandbox.stand_ins.web import Callback, CallbackSender, WebServer
from tests.sandbox.conftest import ManualClock, Receiver, until

ANNA, BO, CI = "+46701740605", "+46701740606", "+46701740607"
ACCOUNT = {"username": "upup", "password": "hemligt"}


class Served:
    def __init__(self, lekab: Lekab, server: WebServer) -> None:
        self.lekab = lekab
        self.server = server

    def post(self, path: str, body: Any, **kwargs: Any) -> requests.Response:
        return requests.post(f"{self.server.url}/restsms/lekabrest{path}", json=body, timeout=5, **kwargs)

    def send(self, *numbers: str, sender: str = "Kaffebaren", message: str = "Hej!") -> requests.Response:
        return self.post("/send", {**ACCOUNT, "from": sender, "to": list(numbers), "message": message})


@pytest.fixture
def served(clock: ManualClock, receiver: Receiver) -> Iterator[Served]:
    lekab = Lekab(clock, f"{receiver.url}/lekab", ACCOUNT["username"], ACCOUNT["password"])
    server = WebServer(lekab.app)
    yield Served(lekab, server)
    server.close()
    lekab.close()


def test_an_accepted_sms_is_answered_without_plus_and_reaches_the_phone(served: Served) -> None:
    answer = served.send(ANNA, message="Hej Åsa! 🎁")

    assert answer.status_code == 200
    accepted = answer.json()["accepted"]
    assert [(sms["to"], sms["status"]) for sms in accepted] == [("46701740605", "ACCEPTED")]
    assert answer.json()["rejected"] == []
    assert served.lekab.messages(ANNA) == [
        {
            "id": accepted[0]["id"],
            "to": ANNA,
            "from": "Kaffebaren",
            "message": "Hej Åsa! 🎁",
            "at": "2026-11-23T09:00:00Z",
        }
    ]


def test_every_accepted_sms_gets_a_receipt_in_stockholm_time(served: Served, receiver: Receiver) -> None:
    accepted = served.send(ANNA, BO).json()["accepted"]

    until(lambda: len(receiver.calls) == 2)
    assert {call.path for call in receiver.calls} == {"lekab/dr"}
    assert {call.query["id"] for call in receiver.calls} == {sms["id"] for sms in accepted}
    receipt = receiver.calls[0].query
    assert receipt["status"] == "Delivered"
    assert receipt["statusmessage"] == "DELIVRD"
    assert receipt["from"] == "Kaffebaren"
    assert receipt["timestamp"].startswith("2026-11-23T10:00:0")


def test_a_receipt_that_is_not_received_comes_again(served: Served, receiver: Receiver) -> None:
    receiver.failures = 2
    served.send(ANNA)

    assert served.lekab.wait_until_idle(5)
    assert len(receiver.calls) == 3
    assert len({call.query["id"] for call in receiver.calls}) == 1


def test_bad_numbers_are_rejected_beside_good_ones(served: Served) -> None:
    answer = served.send(ANNA, "+46771234567", "hej").json()

    assert [sms["to"] for sms in answer["accepted"]] == ["46701740605"]
    assert answer["rejected"] == [
        {"to": "46771234567", "status": "INVALID DESTINATION"},
        {"to": "hej", "status": "INVALID DESTINATION"},
    ]


def test_one_bad_number_stops_a_whole_batch(served: Served) -> None:
    batch = [{"t": ANNA, "m": "Hej Anna"}, {"t": "+4612", "m": "Hej Bo"}]
    refused = served.post("/batchsend/json", {**ACCOUNT, "from": "Kaffe", "batch": batch})

    assert refused.status_code == 400
    assert refused.json() == {"error": "INVALID DESTINATION"}
    assert served.lekab.stats()["sms"] == 0


def test_a_batch_has_its_own_texts_and_its_status_is_asked_by_its_id(served: Served) -> None:
    batch = [{"t": ANNA, "m": "Hej Anna"}, {"t": BO, "m": "Hej Bo"}]
    answer = served.post("/batchsend/json", {**ACCOUNT, "from": "Kaffe", "batch": batch}).json()
    assert answer["batchstatuscode"] == 1
    assert [sms["message"] for sms in served.lekab.messages()] == ["Hej Bo", "Hej Anna"]

    def statuses() -> list[tuple[str, str]]:
        status = served.post("/status", {**ACCOUNT, "batchid": answer["batchid"]}).json()
        return [(sms["to"], sms["status"]) for sms in status["messages"]]

    delivered = [("46701740605", "DELIVERED"), ("46701740606", "DELIVERED")]
    until(lambda: statuses() == delivered)


def test_single_calls_answer_one_object(served: Served) -> None:
    text = {**ACCOUNT, "from": "Kaffe", "message": "Hej"}
    accepted = served.post("/send/single", {**text, "to": ANNA}).json()

    assert accepted["status"] == "ACCEPTED"
    status = served.post("/status/single", {**ACCOUNT, "id": accepted["id"]}).json()
    assert (status["id"], status["to"]) == (accepted["id"], "46701740605")
    assert served.post("/send/single", {**text, "to": "0"}).json()["status"] == "INVALID DESTINATION"


@pytest.mark.parametrize(
    "wrong",
    [
        {"from": "Kaffe & Co"},
        {"from": "Tolv bokstäv"},
        {"from": None},
        {"to": []},
        {"to": ANNA},
        {"to": [ANNA] * 1001},
        {"message": ""},
        {"message": 7},
    ],
)
def test_a_malformed_send_is_400_and_sends_nothing(served: Served, wrong: dict[str, Any]) -> None:
    body = {**ACCOUNT, "from": "Kaffe", "to": [ANNA], "message": "Hej", **wrong}
    refused = served.post("/send", body)

    assert refused.status_code == 400
    assert "error" in refused.json()
    assert served.lekab.stats()["sms"] == 0


def test_the_account_is_known_by_body_headers_basic_or_token_and_nobody_else_is(served: Served) -> None:
    text = {"from": "Kaffe", "to": [ANNA], "message": "Hej"}
    encoded = {
        f"X-Lekab-{name}": base64.b64encode(value.encode()).decode()
        for name, value in (("Userid", "upup"), ("Password", "hemligt"))
    }
    token = requests.post(
        f"{served.server.url}/auth/api/v1/token",
        data={"grant_type": "client_credentials"},
        auth=("upup", "hemligt"),
        timeout=5,
    ).json()
    bearer = {"Authorization": f"Bearer {token['access_token']}"}

    assert token["expires_in"] == 599
    assert served.post("/send", text, headers=encoded).status_code == 200
    assert served.post("/send", text, auth=("upup", "hemligt")).status_code == 200
    assert served.post("/send", text, headers=bearer).status_code == 200
    assert served.post("/send", text).status_code == 401
    assert served.post("/send", {**text, **ACCOUNT, "password": "fel"}).status_code == 401
    assert served.post("/send", text, headers={"Authorization": "Bearer gissat"}).status_code == 401


def test_a_token_ends_after_its_time(served: Served, clock: ManualClock) -> None:
    url = f"{served.server.url}/auth/api/v1/token"
    form = {"grant_type": "client_credentials", **ACCOUNT}
    token = requests.post(url, data=form, timeout=5).json()["access_token"]
    clock.advance(seconds=600)

    text = {"from": "Kaffe", "to": [ANNA], "message": "Hej"}
    assert served.post("/send", text, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_an_answer_reaches_the_product_and_the_inbox(served: Served, receiver: Receiver) -> None:
    served.lekab.reply(to="+46701740699", from_=ANNA, message="STOPP å")

    call = until(lambda: receiver.calls[:1])[0]
    assert call.path == "lekab/mo"
    assert call.query["from"] == "46701740605"
    assert call.query["to"] == "46701740699"
    assert call.query["message"] == "STOPP å"
    assert call.query["timestamp"] == "2026-11-23T10:00:00"
    inbox = requests.get(f"{served.server.url}/restsms/lekabrest/incoming", params=ACCOUNT, timeout=5).json()
    assert inbox["incoming"] == [call.query]


def test_a_name_cannot_be_answered(served: Served, receiver: Receiver) -> None:
    with pytest.raises(NotANumber):
        served.lekab.reply(to="Kaffebaren", from_=ANNA, message="STOPP")
    assert served.lekab.wait_until_idle(0)
    assert receiver.calls == []


def test_stats_count_requests_sms_numbers_and_numbers_that_got_several(served: Served) -> None:
    served.send(ANNA, BO)
    served.send(ANNA, CI, "fel")

    assert served.lekab.stats() == {"requests": 2, "sms": 4, "numbers": 3, "numbers_with_several_sms": 1}
    assert [sms["to"] for sms in served.lekab.messages(limit=1)] == [CI]


def test_a_closed_server_refuses_connections_and_opens_again_on_its_port(served: Served) -> None:
    session = requests.Session()
    url = f"{served.server.url}/restsms/lekabrest/send"
    body = {**ACCOUNT, "from": "Kaffe", "to": [ANNA], "message": "Hej"}
    assert session.post(url, json=body, timeout=5).status_code == 200

    served.server.close()
    with pytest.raises(requests.ConnectionError):
        session.post(url, json=body, timeout=5)
    served.server.open()

    assert session.post(url, json=body, timeout=5).status_code == 200


def test_a_callback_waits_its_delay_and_is_given_up_after_its_tries(receiver: Receiver) -> None:
    sender = CallbackSender(tries=3, first_backoff=0.01)
    receiver.failures = 100
    begun = time.monotonic()
    sender.send(Callback("GET", f"{receiver.url}/x"), delay=0.2)

    assert sender.pending() == 1
    assert not sender.wait_until_idle(0)
    assert sender.wait_until_idle(5)
    assert time.monotonic() - begun >= 0.2
    assert len(receiver.calls) == 3
    sender.close()
