"""Webhook endpoints as an outside program sets them up, and what its own server is told."""

import base64
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from sandbox.demo.company import wait_for
from sandbox.running import Addresses
from tests.functions.insider import Insider
from tests.functions.program import Json, Program, a_company, codes, ok, refused, with_key
from tests.functions.webhook_receiver import SECONDS, Receiver, Taken, receiving

URL = "https://kaffebaren.example/upup"
NUMBERS = ("070-1740671", "070-1740672", "070-1740673")
NAME = "Åsa-Britt"
TEXT = "Webbkroken"


@pytest.fixture(scope="module")
def company(upup: Addresses) -> Program:
    return a_company(upup, balance_ore=100_000)


def made(program: Program, url: str = URL, *events: str, **more: str) -> Json:
    return ok(program.post("/v1/webhook-endpoints", {"url": url, "events": events or ["send.done"], **more}), 201)


def path(endpoint: Json, rest: str = "") -> str:
    return f"/v1/webhook-endpoints/{endpoint['id']}{rest}"


@pytest.fixture
def endpoint(company: Program) -> Iterator[Json]:
    """One that nobody answers at."""
    one = made(company, "http://127.0.0.1:9/")
    yield one
    ok(company.call("DELETE", path(one)), 204)


# Setting up


def test_an_endpoint_is_made_shown_changed_and_deleted_and_its_secret_is_shown_once(company: Program) -> None:
    one = made(company, URL, "send.done", "delivery.*", "send.done", description="Kassan")
    assert one["secret"].startswith("whsec_") and len(one["secret"]) == 38
    shown = {name: value for name, value in one.items() if name != "secret"}
    assert shown["events"] == ["delivery.*", "send.done"] and shown["state"] == "enabled" and shown["test"] is False
    assert ok(company.get(path(one))) == shown
    listed = company.get("/v1/webhook-endpoints")
    assert ok(listed) == {"items": [shown], "next_cursor": None} and one["secret"] not in listed.text
    to = {"url": f"{URL}/2", "events": ["gift.redeemed"], "description": ""}
    changed = ok(company.call("PATCH", path(one), json={**to, "enabled": False}))
    assert changed == shown | {**to, "state": "disabled"}
    assert ok(company.call("PATCH", path(one), json={"enabled": True}))["state"] == "enabled"
    ok(company.call("DELETE", path(one)), 204)
    refused(company.get(path(one)), 404)


def test_all_that_is_wrong_with_an_endpoint_is_named(company: Program, endpoint: Json) -> None:
    wrong = {"url": "", "events": ["send.done", "gift.sold"], "description": "x" * 121, "colour": "red"}
    refused(company.post("/v1/webhook-endpoints", wrong), 422, "url", "events.1", "description", "colour")
    refused(company.post("/v1/webhook-endpoints", {"url": URL, "events": []}), 422, "events")
    refused(company.call("PATCH", path(endpoint), json={}), 422, "body")
    for url, code in {"https://anna:hemligt@kaffebaren.example/": "user_info", "ftp://a.example/": "not_https"}.items():
        answers = [
            company.post("/v1/webhook-endpoints", {"url": url, "events": ["send.done"]}),
            company.call("PATCH", path(endpoint), json={"url": url}),
        ]
        for answer in answers:
            assert codes(refused(answer, 422, "url")) == {code}
            assert "hemligt" not in answer.text


def test_a_company_has_ten_endpoints_at_most(poor: Program) -> None:
    for _ in range(10):
        made(poor)
    refused(poor.post("/v1/webhook-endpoints", {"url": URL, "events": ["send.done"]}), 409)
    page = ok(poor.get("/v1/webhook-endpoints", limit=7))
    rest = ok(poor.get("/v1/webhook-endpoints", limit=7, cursor=page["next_cursor"]))
    assert len({one["id"] for one in page["items"] + rest["items"]}) == 10


def test_a_company_asks_for_sixty_tests_an_hour_at_most(poor: Program) -> None:
    for _ in range(60):
        refused(poor.post("/v1/webhook-endpoints/whe_a/test", {}), 404)
    assert int(poor.post("/v1/webhook-endpoints/whe_a/test", {}).headers["Retry-After"]) > 3_000


def test_a_new_secret_says_until_when_the_old_one_signs(company: Program, endpoint: Json) -> None:
    now = company.now()
    new = ok(company.post(path(endpoint, "/secret"), {}))
    assert new["secret"] != endpoint["secret"]
    left = datetime.fromisoformat(new["old_signs_until"]) - now
    assert timedelta(hours=24) <= left < timedelta(hours=24, minutes=1)


def test_one_that_is_not_called_takes_no_test_and_no_replay(company: Program, endpoint: Json) -> None:
    ok(company.call("PATCH", path(endpoint), json={"enabled": False}))
    refused(company.post(path(endpoint, "/test"), {}), 409)
    refused(company.post(path(endpoint, "/messages/evt_a/replay"), {}), 409)


def test_a_message_that_is_not_there_is_not_told_again(company: Program, endpoint: Json) -> None:
    refused(company.post(path(endpoint, "/messages/evt_a/replay"), {}), 404)


def test_a_test_key_sees_and_changes_endpoints_of_test_keys_alone(company: Program, endpoint: Json) -> None:
    tester = with_key(company, "test")
    own = made(tester, "http://127.0.0.1:9/")
    assert own["test"] is True
    assert [one["id"] for one in ok(tester.get("/v1/webhook-endpoints"))["items"]] == [own["id"]]
    refused(tester.get(path(endpoint)), 404)
    refused(tester.get(path(endpoint, "/attempts")), 404)
    refused(tester.call("PATCH", path(endpoint), json={"enabled": False}), 404)
    refused(tester.call("DELETE", path(endpoint)), 404)
    for action in ("/secret", "/test", "/messages/evt_a/replay"):
        refused(tester.post(path(endpoint, action), {}), 404)
    assert own["id"] in [one["id"] for one in ok(company.get("/v1/webhook-endpoints"))["items"]]
    ok(tester.call("DELETE", path(own)), 204)


# What is told


@dataclass(frozen=True)
class Story:
    """A send to three, of which one gift is redeemed, and what was told of it to three endpoints."""

    send: Json
    gift: Json
    token: str
    endpoint: Json
    receiver: Receiver
    hesitant: Json
    """Its server fails the first call."""
    hesitating: Receiver
    deleted: Receiver
    """Its endpoint was deleted before anything happened."""


@pytest.fixture(scope="module")
def story(company: Program) -> Iterator[Story]:
    with receiving() as receiver, receiving() as hesitating, receiving() as deleted:
        endpoint = made(company, receiver.url, "delivery.*", "gift.redeemed", "send.done")
        hesitating.answers.append(500)
        hesitant = made(company, hesitating.url, "send.done")
        ok(company.call("DELETE", path(made(company, deleted.url, "delivery.*"))), 204)
        recipients = [{"phone": number, "first_name": NAME} for number in NUMBERS]
        send = company.send(message=f"{TEXT} {{{{first_name}}}} {{{{link}}}}", recipients=recipients)
        company.delivered(send)
        token = company.link_token(NUMBERS[0], TEXT)
        gift = ok(company.get(f"/v1/gift/{token}"))
        company.console("/api/till/redeem", {"code": gift["code"]})
        receiver.wait(1, "gift.redeemed")
        receiver.wait(6, "delivery.sent", "delivery.delivered")
        yield Story(send, gift, token, endpoint, receiver, hesitant, hesitating, deleted)
        for one in (endpoint, hesitant):
            ok(company.call("DELETE", path(one)), 204)


def test_each_event_is_told_once_signed_as_standard_webhooks_says(company: Program, story: Story) -> None:
    (done,) = story.receiver.wait(1, "send.done")
    taken = [one.verified(story.endpoint["secret"]) for one in story.receiver.taken]
    told = Counter(one.type for one in taken)
    assert told == {"delivery.sent": 3, "delivery.delivered": 3, "gift.redeemed": 1, "send.done": 1}
    assert len({one.id for one in taken}) == len(taken)
    assert {one.body["data"]["send_id"] for one in taken} == {story.send["id"]}
    assert done.body["data"] == {"send_id": story.send["id"], "state": "done", "test": False}
    rows = {row["id"] for row in company.deliveries(story.send["id"])}
    for type_ in ("delivery.sent", "delivery.delivered"):
        assert {one.body["data"]["delivery_id"] for one in story.receiver.of(type_)} == rows


def test_no_event_holds_a_number_a_name_a_text_or_a_code(story: Story) -> None:
    said = "\n".join(f"{one.headers} {one.text}" for one in story.receiver.taken)
    secret = [story.gift["code"], story.gift["ean"], story.token, NAME, TEXT, *(number[4:] for number in NUMBERS)]
    assert story.send["id"] in said
    assert not [one for one in [*secret, "coffee", "174 06", "4670174"] if one in said]


def test_what_is_redeemed_names_no_delivery(story: Story) -> None:
    (redeemed,) = story.receiver.of("gift.redeemed")
    assert redeemed.body["data"].keys() == {"send_id", "state", "test"}


def test_an_endpoint_that_was_deleted_is_told_nothing(story: Story) -> None:
    assert story.receiver.of("delivery.sent") and not story.deleted.taken


def test_the_old_secret_signs_beside_the_new_one_and_no_longer_than_the_next(company: Program) -> None:
    with receiving() as receiver:
        one = made(company, receiver.url)
        first, second = one["secret"], ok(company.post(path(one, "/secret"), {}))["secret"]
        ping = pinged(company, one, receiver)
        assert ping.verified(first).verified(second).body["data"] == {"test": True}
        third = ok(company.post(path(one, "/secret"), {}))["secret"]
        ping = pinged(company, one, receiver)
        assert ping.verified(second).verified(third)
        with pytest.raises(WebhookVerificationError):
            ping.verified(first)
        ok(company.call("DELETE", path(one)), 204)


def pinged(program: Program, endpoint: Json, receiver: Receiver) -> Taken:
    """What comes of asking for a test."""
    wanted = ok(program.post(path(endpoint, "/test"), {}), 202)["id"]
    return wait_for(lambda: next((one for one in list(receiver.taken) if one.id == wanted), None), "the ping", SECONDS)


def test_a_message_is_told_again_when_asked_for_under_the_same_id(company: Program, story: Story) -> None:
    (done,) = story.receiver.wait(1, "send.done")
    ok(company.post(path(story.endpoint, f"/messages/{done.id}/replay"), {}), 202)
    first, again = story.receiver.wait(2, "send.done")
    assert (again.verified(story.endpoint["secret"]).id, again.text) == (first.id, first.text)
    shown = wait_for(lambda: called(company, story.endpoint, done.id, 2), "both attempts")
    assert [(one["status"], one["trouble"], one["state"]) for one in shown] == [(204, None, "delivered")] * 2
    refused(company.post(path(story.hesitant, f"/messages/{done.id}/replay"), {}), 404)


def called(program: Program, endpoint: Json, message_id: str, times: int) -> list[Json] | None:
    """The attempts of a message, newest first, once there are so many; the list is read by small pages."""
    found: list[Json] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ok(program.get(path(endpoint, "/attempts"), limit=3, cursor=cursor))
        found, cursor = found + page["items"], page["next_cursor"]
    assert len({one["id"] for one in found}) == len(found)
    of_message = [one for one in found if one["message_id"] == message_id]
    return of_message if len(of_message) == times else None


def test_a_test_keys_endpoint_is_told_of_tests_alone_and_the_companys_own_of_both(company: Program) -> None:
    tester = with_key(company, "test")
    with receiving() as tests, receiving() as all_of_it:
        endpoints = [(tester, made(tester, tests.url)), (company, made(company, all_of_it.url))]
        real, test = company.send(NUMBERS[0]), tester.send(NUMBERS[0])
        told = [one.body["data"] for one in all_of_it.wait(2, "send.done")]
        assert {(one["send_id"], one["test"]) for one in told} == {(real["id"], False), (test["id"], True)}
        assert [one.body["data"]["send_id"] for one in tests.wait(1, "send.done")] == [test["id"]]
        for program, one in endpoints:
            ok(program.call("DELETE", path(one)), 204)


def test_what_did_not_work_is_told_again_by_itself_under_the_same_id(company: Program, story: Story) -> None:
    (failed,) = story.hesitating.wait(1, "send.done")

    def again() -> Taken | None:
        company.console("/api/schedule/run", {"function": "retry_webhooks"})
        return next((one for one in list(story.hesitating.taken)[1:] if one.id == failed.id), None)

    assert wait_for(again, "the second try", SECONDS).verified(story.hesitant["secret"]).text == failed.text
    second, first = wait_for(lambda: called(company, story.hesitant, failed.id, 2), "both attempts")
    assert (first["status"], second["status"]) == (500, 204)
    assert (second["type"], second["state"], second["next_attempt_at"]) == ("send.done", "delivered", None)
    waited = datetime.fromisoformat(second["at"]) - datetime.fromisoformat(first["at"])
    assert waited >= timedelta(seconds=5)
    assert ok(company.get(path(story.hesitant)))["failing_since"] is None


def test_an_address_that_nobody_answers_at_shows_why_and_when_it_is_tried_again(
    company: Program, endpoint: Json
) -> None:
    ping = ok(company.post(path(endpoint, "/test"), {}), 202)["id"]
    (shown,) = wait_for(lambda: called(company, endpoint, ping, 1), "the attempt")
    assert (shown["status"], shown["trouble"], shown["state"]) == (None, "no_connection", "due")
    assert shown["next_attempt_at"] > shown["at"]
    assert ok(company.get(path(endpoint)))["failing_since"] is not None


def test_a_secret_is_kept_sealed(insider: Insider, endpoint: Json) -> None:
    ((sealed,),) = insider.rows("SELECT sealed FROM webhook_secrets WHERE endpoint_id = %s", endpoint["id"])
    secret = endpoint["secret"].removeprefix("whsec_")
    assert secret.encode() not in sealed and base64.b64decode(secret) not in sealed
