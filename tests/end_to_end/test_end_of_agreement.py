"""An agreement ends in a sandbox of its own: what an outside program, staff, recipients and a till see of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests
from google.api_core.exceptions import FailedPrecondition
from google.cloud import kms
from google.cloud.kms_v1.services.key_management_service.transports import KeyManagementServiceGrpcTransport

from sandbox.demo.company import wait_for
from sandbox.demo.evidence import Evidence
from sandbox.run import KEY_RING
from sandbox.running import Addresses, running
from shared.local_channel import open_channel
from tests.functions.insider import Insider
from tests.functions.program import PHONES, Json, Program, a_company, a_send, ok, refused, staff_member

NAME, NAMES = "Törnrosens Kafé AB", ("Åshild", "Törnblom")
GRACE_DAYS = 14


@dataclass
class World:
    """A company that ends its agreement, and one that goes on; `tokens` open the first one's gifts, by number."""

    at: Addresses
    insider: Insider
    ending: Program
    staying: Program
    deposit_ore: int = 50_000
    numbers: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    fingerprints: list[str] = field(default_factory=list)
    wrapped: bytes = b""

    def dump(self) -> str:
        answer = requests.get(f"{self.at.console}/api/dump", timeout=60)
        answer.encoding = "utf-8"
        return answer.text

    def staff(self) -> Program:
        return staff_member(self.at, "staff@upup.example")

    def ending_of(self, account_id: str) -> Json:
        items: list[Json] = ok(self.staff().get("/v1/staff/agreements", limit=200))["items"]
        return next(one for one in items if one["account_id"] == account_id)

    def advance(self, **how_far: int) -> None:
        moved = ok(requests.post(f"{self.at.console}/api/clock/advance", json=how_far, timeout=600))
        assert {run["status"] for run in moved["runs"]} == {200}, moved

    def try_an_sms(self, visitor: Program, number: str) -> None:
        wanted = {"first_name": "Ragnhild", "last_name": "Törnqvistsson", "company": "Bageriet", "email": visitor.email}
        ok(visitor.post("/v1/forms/test-send", wanted | {"phone": number, "text_version": "2026-11"}), 202)
        (mail,) = visitor.mails()
        token = mail["message"].partition("/test-send#token=")[2].split()[0]
        ok(visitor.post("/v1/forms/test-send/confirm", {"token": token}), 202)
        assert "UpUp" in [one["from"] for one in visitor.console("/api/sms", to=number)["items"]]

    def known_at_suppliers(self, program: Program) -> list[str]:
        texts = {
            path: requests.get(f"{self.at.console}/api/{path}", timeout=30).text
            for path in ("mailchimp/members", "hubspot/contacts")
        }
        return [path for path, text in texts.items() if program.email in text]

    def wait_for_suppliers(self, program: Program) -> None:
        wait_for(lambda: len(self.known_at_suppliers(program)) == 2, "the suppliers", 10)

    def contacts(self) -> tuple[int, int]:
        """How many members Mailchimp has, and contacts HubSpot."""
        stats = ok(requests.get(f"{self.at.console}/api/stats", timeout=30))
        return stats["mailchimp"]["members"], stats["hubspot"]["contacts"]

    def key_service(self, caller: str) -> "kms.KeyManagementServiceClient":
        channel = open_channel(f"127.0.0.1:{self.insider.run.kms_port}", caller)
        return kms.KeyManagementServiceClient(transport=KeyManagementServiceGrpcTransport(channel=channel))


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running() as at:
        people = {"first_name": NAMES[0], "last_name": NAMES[1]}
        ending = a_company(at, 50_000, company_name=NAME, org_number="559321-0981", **people)
        world = World(at, Insider(at), ending, a_company(at, 50_000))
        for program in (world.ending, world.staying):
            world.wait_for_suppliers(program)
        world.numbers = [f"+4670{phone[4:]}" for phone in PHONES[:6]]
        world.ending.delivered(world.ending.send(*world.numbers[:5]))
        world.staying.delivered(world.staying.send(world.numbers[5]))
        world.tokens = {number: world.ending.link_token(number, "Din") for number in world.numbers[:5]}
        rows = world.insider.rows("SELECT HEX(fingerprint) FROM deliveries WHERE company_id = %s", ending.account_id)
        world.fingerprints = [row[0] for row in rows]
        ok(ending.call("POST", f"/v1/gift/{world.tokens[world.numbers[4]]}/opt-out"), 204)
        key = {"name": f"{KEY_RING}/cryptoKeys/{ending.account_id}", "plaintext": b"x"}
        world.wrapped = world.key_service("encrypt_expired").encrypt(request=key).ciphertext
        yield world


def test_1_what_is_wrong_closes_nothing(world: World) -> None:
    refused(world.ending.post("/v1/account/close", {"confirm": "Törnrosens"}), 422, "confirm")
    refused(world.ending.post("/v1/account/close", {}), 422, "confirm")
    refused(world.ending.post("/v1/account/reopen", {}), 409)
    assert world.ending.account()["state"] == "active"
    assert world.ending.account()["closing"] is None


def test_2_in_the_grace_the_owner_reads_and_takes_it_back_but_does_not_send(world: World) -> None:
    world.advance(hours=1)
    later = world.ending.send(world.numbers[0], scheduled_at=world.ending.ahead(days=7))
    shown = ok(world.ending.post("/v1/account/close", {"confirm": NAME}))
    assert (shown["state"], shown["closing"]["because"]) == ("closing", "owner")
    refused(world.ending.post("/v1/account/close", {"confirm": NAME}), 409)
    assert ok(world.ending.get(f"/v1/sends/{later['id']}"))["state"] == "cancelled"
    assert "ending" in refused(world.ending.post("/v1/sends", a_send(world.numbers[0])), 403)["detail"]
    refused(world.ending.post("/v1/billing/top-ups", {"amount_ore": 10_000}), 409)
    assert len(world.ending.sends()) == 2
    assert ok(world.ending.post("/v1/account/reopen", {}))["state"] == "active"
    world.ending.delivered(world.ending.send(world.numbers[0]))


def test_3_a_visitor_who_tried_an_sms_is_at_mailchimp_and_in_nothing_of_ours(world: World) -> None:
    visitor, number = Program(world.at), f"+4670{PHONES[10][4:]}"
    world.try_an_sms(visitor, number)
    assert world.known_at_suppliers(visitor) == ["mailchimp/members"]
    dump = world.dump()
    assert Evidence(dump).numbers([number, world.numbers[0]]) == {world.numbers[0]}
    assert not [one for one in (visitor.email, "Törnqvistsson") if one in dump]
    ok(world.staff().post("/v1/staff/visitors/erase", {"email": visitor.email}), 204)


def test_4_after_the_grace_nothing_of_the_company_its_people_or_recipients_is_left_anywhere(world: World) -> None:
    before = world.dump()
    secrets = [NAME, "5593210981", world.ending.email, *NAMES, *world.fingerprints]
    assert [one for one in secrets if one not in before and one.lower() not in before] == [], "the search finds them"
    assert Evidence(before).numbers(world.numbers) == set(world.numbers)
    assert world.known_at_suppliers(world.ending) == ["mailchimp/members", "hubspot/contacts"]
    ok(world.ending.post("/v1/account/close", {"confirm": NAME}))
    world.advance(days=GRACE_DAYS - 1)
    world.ending.log_in()
    assert len(world.ending.sends()) == 3
    world.advance(days=2)
    world.advance(days=6)  # binary logs live for 7 days
    after = world.dump()
    assert [one for one in secrets if one in after or one.lower() in after] == []
    assert Evidence(after).numbers(world.numbers) == {world.numbers[5]}, "the other company's recipient"
    assert world.known_at_suppliers(world.ending) == []
    assert world.known_at_suppliers(world.staying) == ["mailchimp/members", "hubspot/contacts"]
    assert world.contacts() == (1, 1)


def test_5_nobody_is_logged_in_or_can_log_in(world: World) -> None:
    refused(world.ending.get("/v1/account"), 401)
    before = world.ending.mails()
    ok(world.ending.post("/v1/login", {"email": world.ending.email}), 202)
    assert world.staying.log_in()["account_id"] == world.staying.account_id  # its mail was asked for later
    assert world.ending.mails() == before


def test_6_the_companys_key_opens_nothing_any_more(world: World) -> None:
    name = f"{KEY_RING}/cryptoKeys/{world.ending.account_id}"
    versions = list(world.key_service("end_agreements").list_crypto_key_versions(request={"parent": name}))
    assert {version.state.name for version in versions} == {"DESTROY_SCHEDULED"}
    with pytest.raises(FailedPrecondition):
        world.key_service("disclose").decrypt(request={"name": name, "ciphertext": world.wrapped})


def test_7_stripe_has_ended_the_subscription_and_paid_back_what_was_free(world: World) -> None:
    (subscription,) = (
        event["data"]["object"]
        for event in world.insider.stripe("events", type="customer.subscription.deleted")["data"]
    )
    assert subscription["status"] == "canceled"
    paid_back = sum(one["amount"] for one in world.insider.stripe("refunds")["data"])
    (balance,) = world.insider.rows(
        "SELECT available_ore, held_ore FROM balances WHERE company_id = %s", world.ending.account_id
    )
    fees = sum(row[0] for row in booked(world, "fees"))
    assert balance == (0, world.deposit_ore - paid_back - fees)
    assert paid_back > 0


def booked(world: World, account: str) -> list[tuple[int]]:
    return world.insider.rows(
        "SELECT CAST(amount_ore AS SIGNED) FROM ledger_entries WHERE company_id = %s AND account = %s",
        world.ending.account_id,
        account,
    )


def test_8_gifts_that_were_given_still_work_without_a_name(world: World) -> None:
    token = world.tokens[world.numbers[1]]
    shown = ok(world.staying.get(f"/v1/gift/{token}"))
    assert (shown["from"], shown["state"]) == (None, "opened")
    page = world.staying.call("GET", f"/g/{token}").text
    assert shown["code"] in page and "None" not in page and "  " not in page.split("<main>")[1]
    ok(world.staying.call("POST", f"/v1/gift/{token}/opt-out"), 204)
    world.staying.console("/api/till/redeem", {"code": shown["code"]})
    wait_for(lambda: ok(world.staying.get(f"/v1/gift/{token}"))["state"] == "redeemed", "the redemption")
    assert [row[0] for row in booked(world, "gifts")] == [shown["gift"]["face_value_ore"]]
    assert world.insider.rows("SELECT 1 FROM opt_outs WHERE company_id = %s", world.ending.account_id) == []


def test_9_staff_see_what_is_still_open_and_can_have_it_tried_again(world: World) -> None:
    shown = world.ending_of(world.ending.account_id)
    assert (shown["state"], shown["because"], shown["open_steps"]) == ("closed", "owner", 1)
    assert [one["step"] for one in shown["steps"] if one["state"] != "done"] == ["close_books"]
    path = f"/v1/staff/agreements/{world.ending.account_id}/retry"
    assert ok(world.staff().post(path, {}))["open_steps"] == 1
    refused(world.staff().post(f"/v1/staff/agreements/{world.staying.account_id}/retry", {}), 409)
    refused(world.staying.post(path, {}), 401)
    log = world.insider.rows("SELECT staff, subject FROM staff_log WHERE action = 'agreement.retry'")
    assert log == [("staff@upup.example", world.ending.account_id)]


def test_10_when_no_gift_is_open_any_more_the_books_are_closed(world: World) -> None:
    for number in world.numbers[:5]:
        for sms in world.staying.console("/api/sms", to=number)["items"]:
            token = sms["message"].partition("/g/")[2].split()[0]
            if code := ok(world.staying.get(f"/v1/gift/{token}"))["code"]:
                world.staying.console("/api/till/redeem", {"code": code})

    def closed() -> bool:
        world.staying.console("/api/schedule/run", {"function": "poll_redemptions"})
        world.advance(hours=1)
        return bool(world.ending_of(world.ending.account_id)["open_steps"] == 0)

    wait_for(closed, "the end of the books")
    paid_back = sum(one["amount"] for one in world.insider.stripe("refunds")["data"])
    earned = sum(row[0] for account in ("fees", "gifts") for row in booked(world, account))
    assert world.deposit_ore == paid_back + earned
    assert sum(row[0] for row in booked(world, "available")) == sum(row[0] for row in booked(world, "held")) == 0
    for table in ("balances", "top_ups", "pay_backs"):
        left = world.insider.rows(f"SELECT 1 FROM {table} WHERE company_id = %s", world.ending.account_id)
        assert left == [], table
    assert ok(world.staying.get(f"/v1/gift/{world.tokens[world.numbers[2]]}"))["state"] == "redeemed"
