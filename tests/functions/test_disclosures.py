"""Reading an encrypted send, by outside programs of two members of staff; and what nobody logged is found at night."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests

from sandbox.run import KEY_RING
from sandbox.running import running
from shared.ports import KeyServiceFault
from shared.privacy import envelope
from shared.providers.kms import CloudKms
from shared.settings import KeySettings
from tests.functions.insider import Insider
from tests.functions.program import SECONDS, Json, Program, a_company, ok, refused, staff_member

REASON = "Kaffebaren wants to know which gift a customer got"
PHONES = [f"070-17406{number}" for number in range(10, 15)]
PATH = "/v1/staff/disclosures"


@dataclass(frozen=True)
class World:
    """A company with an encrypted send and one in clear, another company's encrypted send, and two of the staff."""

    company: Program
    other: Program
    insider: Insider
    first: Program
    second: Program
    send: Json
    in_clear: Json

    def open(self) -> Json:
        asked = ok(self.first.post(PATH, {"send_id": self.send["id"], "reason": REASON}), 201)
        return ok(self.second.post(f"{PATH}/{asked['id']}/approve", {}))

    def advance(self, **how_far: int) -> None:
        self.company.console("/api/clock/advance", {**how_far})

    def compared(self) -> Json:
        """What the nightly comparison answers now, of the day before."""
        url = f"http://127.0.0.1:{self.insider.run.schedule_functions_port}/compare_decrypts"
        return ok(requests.post(url, json={}, timeout=SECONDS))

    def yesterday(self) -> str:
        now = self.company.now()
        return (now - timedelta(days=1)).date().isoformat()

    def told(self) -> str:
        return (self.insider.run.function_logs / "schedule.log").read_text("utf-8")

    def keys(self, caller: str) -> CloudKms:
        """The key service, reached past the product."""
        address = f"127.0.0.1:{self.insider.run.kms_port}"
        return CloudKms(KeySettings(kms_key_ring=KEY_RING, kms_address=address, sandbox_caller=caller), 5)

    def data_key(self) -> tuple[Any, ...]:
        """A data key of the company: send day and what is wrapped."""
        return self.insider.rows(
            "SELECT send_day, wrapped FROM data_keys WHERE company_id = %s", self.company.account_id
        )[0]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running() as at:
        company, other = a_company(at, 1_000_000), a_company(at, 1_000_000)
        send, others = company.send(*PHONES), other.send("070-1740690")
        company.delivered(send)
        other.delivered(others)
        insider = Insider(at)
        ids = send["id"], others["id"]
        # in place of 30 days, in which 1,600 jobs run
        insider.change("UPDATE sends SET encrypt_at = created_at WHERE id IN %s", ids)
        company.console("/api/schedule/run", {"function": "encrypt_expired"})
        assert insider.rows("SELECT COUNT(encrypted_at) FROM sends WHERE id IN %s", ids) == [(2,)]
        in_clear = company.send("070-1740691")
        first, second = (staff_member(at, f"{name}@upup.example") for name in ("staff", "second"))
        yield World(company, other, insider, first, second, send, in_clear)


def test_two_members_of_staff_read_who_got_what_page_by_page(world: World) -> None:
    asked = ok(world.first.post(PATH, {"send_id": world.send["id"], "reason": f"  {REASON} "}), 201)
    expected = {
        "send_id": world.send["id"],
        "account_id": world.company.account_id,
        "reason": REASON,
        "state": "asked",
        "asked_by": "staff@upup.example",
        "approved_by": None,
        "approved_at": None,
        "closes_at": None,
        "readings": 0,
    }
    assert asked.items() >= expected.items()
    refused(world.first.get(f"{PATH}/{asked['id']}/deliveries"), 409)
    opened = ok(world.second.post(f"{PATH}/{asked['id']}/approve", {}))
    assert (opened["state"], opened["approved_by"]) == ("open", "second@upup.example")
    assert opened["approved_at"] < opened["closes_at"]
    rows = pages(world.first, f"{PATH}/{opened['id']}/deliveries", 2)
    assert [row["phone"] for row in rows] == [f"+46{phone[1:].replace('-', '')}" for phone in PHONES]
    assert [row["position"] for row in rows] == [1, 2, 3, 4, 5]
    assert {(row["gift"], row["state"]) for row in rows} == {("coffee", "delivered")}
    assert [row["id"] for row in rows] == [row["id"] for row in world.company.deliveries(world.send["id"])]
    assert pages(world.second, f"{PATH}/{opened['id']}/deliveries", 200) == rows
    shown = next(one for one in ok(world.first.get(PATH))["items"] if one["id"] == asked["id"])
    assert shown == opened | {"readings": 4}


def pages(program: Program, path: str, limit: int) -> list[Json]:
    seen: list[Json] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = program.get(path, limit=limit, cursor=cursor)
        assert answer.headers["Cache-Control"] == "no-store"
        page = ok(answer)
        seen, cursor = seen + page["items"], page["next_cursor"]
    return seen


def test_nobody_approves_their_own_however_their_address_is_written(world: World) -> None:
    asked = ok(world.first.post(PATH, {"send_id": world.send["id"], "reason": REASON}), 201)
    for email in ("staff@upup.example", "Staff@UpUp.Example"):
        answer = staff_member(world.first.at, email).post(f"{PATH}/{asked['id']}/approve", {})
        assert "two people" in refused(answer, 403)["detail"]
    ok(world.second.post(f"{PATH}/{asked['id']}/approve", {}))
    refused(world.second.post(f"{PATH}/{asked['id']}/approve", {}), 409)


def test_what_is_in_clear_or_not_there_is_not_disclosed(world: World) -> None:
    refused(world.first.post(PATH, {"send_id": world.in_clear["id"], "reason": REASON}), 409)
    refused(world.first.post(PATH, {"send_id": "snd_aaaaaaaaaaaaaaaa", "reason": REASON}), 404)
    for send_id in ("x", "", "sån", "snd_å"):
        refused(world.first.post(PATH, {"send_id": send_id, "reason": REASON}), 422, "send_id")
    refused(world.first.post(f"{PATH}/dis_aaaaaaaaaaaaaaaa/approve", {}), 404)
    refused(world.first.get(f"{PATH}/dis_aaaaaaaaaaaaaaaa/deliveries"), 404)


@pytest.mark.parametrize(
    "reason",
    [
        "too short",
        "x" * 501,
        " " * 20,
        "The customer with 070-174 06 05 asks",
        "The customer with +46701740605 asks",
        "anna@example.com wants to know",
        "one line\nand another one",
        None,
    ],
)
def test_a_reason_is_a_line_that_names_no_person(world: World, reason: str | None) -> None:
    answer = world.first.post(PATH, {"send_id": world.send["id"], "reason": reason})
    refused(answer, 422, "reason")
    assert "1740" not in answer.text


@pytest.mark.parametrize("reason", ["ärende 42", "x" * 500, "Case 2026-11-23 10:15, the gift of 100 kr"])
def test_a_reason_of_10_to_500_characters_is_taken(world: World, reason: str) -> None:
    wanted = reason.ljust(10, ".")
    assert ok(world.first.post(PATH, {"send_id": world.send["id"], "reason": wanted}), 201)["reason"] == wanted


def test_pages_that_cannot_be_shown_are_refused(world: World) -> None:
    opened = world.open()
    for path in (PATH, f"{PATH}/{opened['id']}/deliveries", "/v1/staff/key-versions"):
        for limit in ("0", "201", "x"):
            refused(world.first.get(path, limit=limit), 422, "limit")
        for cursor in ("å!", "e30", "WyJ4IiwieCIsIngiXQ"):
            refused(world.first.get(path, cursor=cursor), 422, "cursor")


def test_disclosures_are_listed_newest_first(world: World) -> None:
    made = [world.open()["id"] for _ in range(3)]
    page = ok(world.first.get(PATH, limit=2))
    rest = ok(world.first.get(PATH, limit=1, cursor=page["next_cursor"]))
    assert [one["id"] for one in page["items"] + rest["items"]] == made[::-1]


def test_after_an_hour_it_is_closed(world: World) -> None:
    opened = world.open()
    world.advance(hours=1)
    for program in (world.first, world.second):
        assert "over" in refused(program.get(f"{PATH}/{opened['id']}/deliveries"), 403)["detail"]
    shown = next(one for one in ok(world.first.get(PATH))["items"] if one["id"] == opened["id"])
    assert (shown["state"], shown["readings"]) == ("closed", 0)


def test_a_reading_that_the_key_service_fails_is_logged_and_may_be_tried_again(world: World) -> None:
    opened = world.open()
    faults = f"{world.first.at.console}/api/faults"
    body = {"provider": "kms", "kind": "error", "probability": 1.0, "seed": 1}
    requests.post(faults, json=body, timeout=SECONDS).raise_for_status()
    try:
        refused(world.first.get(f"{PATH}/{opened['id']}/deliveries"), 503)
    finally:
        requests.delete(faults, timeout=SECONDS).raise_for_status()
    assert len(ok(world.first.get(f"{PATH}/{opened['id']}/deliveries"))["items"]) == len(PHONES)
    rows = world.insider.rows("SELECT staff FROM disclosure_readings WHERE disclosure_id = %s", opened["id"])
    assert rows == [("staff@upup.example",)] * 2


def test_the_versions_of_keys_that_are_needed_are_told_without_any_right_to_them(world: World) -> None:
    items = pages(world.first, "/v1/staff/key-versions", 1)
    assert {one["account_id"] for one in items} >= {world.company.account_id, world.other.account_id}
    mine = next(one for one in items if one["account_id"] == world.company.account_id)
    assert mine["version"] == f"{KEY_RING}/cryptoKeys/{world.company.account_id}/cryptoKeyVersions/1"
    assert mine["data_keys"] == 1
    assert mine["first_send_day"] == mine["last_send_day"]


def test_the_night_after_readings_and_decrypts_agree(world: World) -> None:
    world.advance(days=1)
    opened = world.open()
    pages(world.first, f"{PATH}/{opened['id']}/deliveries", 2)
    world.advance(days=1)
    assert world.compared() == {"audited": 3, "logged": 3, "unaccounted": 0}
    world.advance(days=1)
    assert world.compared() == {"audited": 0, "logged": 0, "unaccounted": 0}


def test_a_decipher_that_nobody_logged_is_found_the_night_after(world: World) -> None:
    world.advance(days=1)
    world.open()
    send_day, wrapped = world.data_key()
    envelope.open_data_key(world.keys("disclose"), world.company.account_id, send_day, wrapped)
    world.advance(days=1)
    assert world.compared() == {"audited": 1, "logged": 0, "unaccounted": 1}
    line = {"severity": "ERROR", "metric": "decrypts_unaccounted", "value": 1, "day": world.yesterday()}
    line |= {"companies": f"{world.company.account_id}+1"}
    told = [json.loads(one) for one in world.told().splitlines() if one.startswith("{")]
    assert any(line.items() <= one.items() for one in told)


def test_no_other_function_opens_a_companys_data_key(world: World) -> None:
    send_day, wrapped = world.data_key()
    for caller in ("encrypt_expired", "send_sms", "activate_account", "staff_keys", "compare_decrypts", "stranger", ""):
        with pytest.raises(KeyServiceFault):
            envelope.open_data_key(world.keys(caller), world.company.account_id, send_day, wrapped)
