"""Persons' requests by outside programs: found, shown, put right and erased, before and after encryption."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox.demo.evidence import Evidence
from sandbox.machine import CHECKOUT
from sandbox.mariadb import Access
from sandbox.running import Addresses, running
from sandbox.settings import environment
from tests.functions.insider import Insider
from tests.functions.program import SECONDS, Json, Program, a_company, codes, ok, refused

PATH = "/v1/privacy/requests"
FOUND, GONE, LATER, BY_LINK, WRONG, RIGHT = (f"070-17406{number}" for number in range(20, 26))


@dataclass(frozen=True)
class World:
    company: Program
    other: Program
    insider: Insider

    def ask(self, status: int = 201, by: Program | None = None, **body: object) -> Json:
        return ok((by or self.company).post(PATH, body), status)

    def dump(self) -> Evidence:
        answer = self.company.session.get(f"{self.company.at.console}/api/dump", timeout=SECONDS)
        return Evidence(answer.text)

    def advance(self, **how_far: int) -> None:
        self.company.console("/api/clock/advance", {**how_far})


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running() as at:
        yield World(a_company(at, 1_000_000), a_company(at, 1_000_000), Insider(at))


def e164(phone: str) -> str:
    return "+46" + re.sub("[^0-9]", "", phone)[1:]


def test_a_recipient_is_found_by_number_and_only_in_the_asking_company(world: World) -> None:
    send = world.company.send(FOUND)
    world.company.delivered(send)
    world.other.delivered(world.other.send(FOUND))
    found = world.ask(kind="find", phone="+46 70 174 06 20")
    assert (found["state"], found["about"], found["from"]) == ("answered", "recipient", "company")
    (delivery,) = found["result"]["deliveries"]
    assert (delivery["send_id"], delivery["phone"], delivery["gift"]) == (send["id"], e164(FOUND), "coffee")
    assert (delivery["state"], found["result"]["opted_out_on"], found["result"]["note"]) == ("delivered", None, None)
    assert [step["step"] for step in found["steps"]] == ["received", "answered"]


def test_an_export_is_json_and_csv_and_made_anew_at_each_reading(world: World) -> None:
    asked = world.ask(kind="export", phone=FOUND)
    place = f"{PATH}/{asked['id']}"
    assert ok(world.company.get(place))["result"] == asked["result"]
    file = world.company.get(place, format="csv")
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert [e164(row["phone"]) for row in rows] == [e164(FOUND)]
    refused(world.company.get(place, format="xml"), 422, "format")
    world.company.delivered(world.company.send(FOUND))
    assert len(ok(world.company.get(place))["result"]["deliveries"]) == 2
    again = world.ask(kind="export", phone=FOUND)
    assert (again["id"], len(again["result"]["deliveries"])) == (asked["id"], 2)
    listed = ok(world.company.get(PATH))["items"]
    assert asked["id"] in [one["id"] for one in listed]
    assert e164(FOUND)[3:] not in json.dumps(listed)
    refused(world.other.get(place), 404)


def test_an_erased_recipient_is_gone_from_every_place_and_the_counts_stay(world: World) -> None:
    send = world.company.send(GONE, FOUND)
    world.company.delivered(send)
    token = world.company.link_token(GONE, "Din gåva")
    counts = ok(world.company.get(f"/v1/sends/{send['id']}"))["deliveries"]
    for erased in (1, 0):
        answer = world.ask(kind="erase", phone=GONE)
        assert answer["state"] == "done"
        assert answer["result"].items() >= {"erased": erased, "cancelled": 0, "waiting": 0}.items()
        assert answer["result"]["opt_out"] is None, "there is none"
    shown = world.company.deliveries(send["id"])
    assert [(one["phone"], one["phone_state"]) for one in shown] == [(None, "erased"), (e164(FOUND), "clear")]
    assert ok(world.company.get(f"/v1/sends/{send['id']}"))["deliveries"] == counts
    assert world.ask(kind="find", phone=GONE)["result"]["deliveries"] == []
    assert ok(world.company.get(f"/v1/gift/{token}"))["code"], "the gift is the person's own"


def test_a_number_that_was_wrong_is_put_right(world: World) -> None:
    left = world.company.send(WRONG)
    world.company.delivered(left)
    scheduled = world.company.send(WRONG, scheduled_at=world.company.ahead(days=1))
    answer = world.ask(kind="rectify", phone=WRONG, new_phone=RIGHT)
    assert (answer["result"]["rectified"], answer["result"]["erased"]) == (1, 1)
    assert [one["phone"] for one in world.company.deliveries(scheduled["id"])] == [e164(RIGHT)]
    assert [one["phone"] for one in world.company.deliveries(left["id"])] == [None]


def test_a_recipient_asks_from_the_gift_page_and_the_company_carries_it_out(world: World) -> None:
    world.company.delivered(world.company.send(BY_LINK))
    token = world.company.link_token(BY_LINK, "Din gåva")
    nobody = Program(world.company.at)
    for _ in range(2):
        answer = nobody.post(f"/v1/gift/{token}/privacy-request", {"kind": "erase"})
        assert (answer.status_code, answer.content) == (202, b"")
    assert "inom en månad" in nobody.call("POST", f"/g/{token}/privacy-request", data={"kind": "export"}).text
    refused(nobody.post(f"/v1/gift/{token}/privacy-request", {"kind": "erase", "message": "hej"}), 422, "message")
    listed = [one for one in ok(world.company.get(PATH))["items"] if one["from"] == "recipient"]
    assert sorted((one["kind"], one["state"]) for one in listed) == [("erase", "received"), ("export", "received")]
    world.company.console("/api/schedule/run", {"function": "privacy_requests_due"})
    mails = [one for one in world.company.mails() if "begäran" in one["subject"]]
    assert len(mails) == 2
    assert not Evidence(json.dumps(mails)).numbers([e164(BY_LINK)])
    of_kind = {one["kind"]: one["id"] for one in listed}
    shown = ok(world.company.post(f"{PATH}/{of_kind['export']}/carry-out", {}))
    assert [one["phone"] for one in shown["result"]["deliveries"]] == [e164(BY_LINK)]
    assert ok(world.company.post(f"{PATH}/{of_kind['erase']}/carry-out", {}))["state"] == "done"
    refused(world.company.post(f"{PATH}/{of_kind['erase']}/carry-out", {}), 409)
    assert ok(world.company.get(f"{PATH}/{of_kind['export']}"))["state"] == "done"


def test_an_account_holder_is_shown_and_put_right(world: World) -> None:
    email = world.company.email
    found = world.ask(kind="export", email=email.upper())
    assert found["result"]["person"] == {"email": email, "first_name": "Anna", "last_name": "Åkesson"}
    file = world.company.get(f"{PATH}/{found['id']}", format="csv")
    assert ["person.first_name", "Anna"] in list(csv.reader(io.StringIO(file.text), delimiter=";"))
    assert world.ask(kind="rectify", email=email, first_name="Ann", last_name="Ek")["state"] == "done"
    assert ok(world.company.get(f"{PATH}/{found['id']}"))["result"]["person"]["first_name"] == "Ann"
    refused(world.company.post(PATH, {"kind": "erase", "email": email}), 409)
    assert "erase" not in [one["kind"] for one in ok(world.company.get(PATH))["items"] if one["state"] != "done"]
    refused(world.company.post(PATH, {"kind": "find", "email": world.other.email}), 404)


@pytest.mark.parametrize(
    ("body", "faulty"),
    [
        ({"kind": "find"}, ["phone"]),
        ({"kind": "find", "phone": FOUND, "email": "a@example.com"}, ["phone"]),
        ({"kind": "find", "phone": "112"}, ["phone"]),
        ({"kind": "forget", "phone": FOUND}, ["kind"]),
        ({"kind": "rectify", "phone": FOUND}, ["new_phone"]),
        ({"kind": "rectify", "phone": FOUND, "new_phone": "08-123"}, ["new_phone"]),
        ({"kind": "rectify", "phone": FOUND, "new_phone": "+46701740620"}, ["new_phone"]),
        ({"kind": "rectify", "email": "a@example.com"}, ["first_name", "last_name"]),
        ({"kind": "erase", "phone": FOUND, "new_phone": RIGHT}, ["new_phone"]),
        ({"kind": "find", "phone": FOUND, "forget_opt_out": True}, ["forget_opt_out"]),
    ],
)
def test_a_request_that_cannot_be_carried_out_says_what_is_wrong(world: World, body: Json, faulty: list[str]) -> None:
    problem = refused(world.company.post(PATH, body), 422, *faulty)
    assert codes(problem)
    assert not Evidence(json.dumps(problem)).numbers([e164(FOUND)])


def test_after_encryption_a_recipient_is_found_and_the_last_trace_goes(world: World) -> None:
    send = world.company.send(LATER)
    world.company.delivered(send)
    world.advance(days=2)  # what was scheduled has left
    world.insider.change("UPDATE sends SET encrypt_at = created_at")  # in place of 30 days, in which 1,600 jobs run
    for _ in range(2):  # binary logs live for 7 days
        world.advance(days=4)
    world.company.log_in()
    found = world.ask(kind="find", phone=LATER)
    (delivery,) = found["result"]["deliveries"]
    assert (delivery["phone"], delivery["gift"], delivery["phone_state"]) == (None, None, "encrypted")
    assert "Two of UpUp's staff" in found["result"]["note"]
    assert world.ask(kind="erase", phone=LATER)["result"]["erased"] == 1
    assert world.ask(kind="find", phone=LATER)["result"]["deliveries"] == []
    everybody = {e164(phone) for phone in (FOUND, GONE, LATER, BY_LINK, WRONG)}
    assert world.dump().numbers(everybody) == set()
    rows = world.insider.rows(
        "SELECT phone, fingerprint, record, data_key_id FROM deliveries WHERE send_id = %s", send["id"]
    )
    assert rows == [(None, None, None, None)]
    assert ok(world.company.get(f"/v1/sends/{send['id']}"))["deliveries"]["delivered"] == 1


def program(world: World, *words: str) -> tuple[int, Json]:
    """A program of a restore's job: how it ended, and the figures that it printed."""
    run = world.insider.run
    master = json.loads(run.stand_ins_file.read_text("ascii"))["fingerprint_master"]
    done = subprocess.run(  # noqa: S603 - our own programs
        [sys.executable, "-m", *words],
        cwd=CHECKOUT,
        env=environment(run, Access.load(run.database_file), master) | {"SANDBOX_CALLER": "privacy_requests_due"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def test_a_replay_against_the_sandbox_prints_figures_only(world: World) -> None:
    code, figures = program(world, "shared.replay_erasures")
    assert code == 0
    assert figures["entries"] >= 4
    assert (figures["deliveries"], figures["memberships"], figures["companies"]) == (0, 0, 0)


def test_a_database_with_nothing_to_settle_is_settled_and_may_be_let_in(world: World) -> None:
    long_ago = "2020-01-01T00:00+00:00"
    old = Access.load(world.insider.run.database_file).address
    code, figures = program(world, "shared.restore", "settle", "--at", long_ago, "--closed", long_ago, "--old", old)
    assert code == 0
    assert figures["carried_over"]["added"] == figures["carried_over"]["decided"] == {}
    assert set(figures["settled"].values()) == {0}
    assert figures["replayed"]["entries"] >= 4
    assert program(world, "shared.restore", "check")[1]["must_be_0"] == {}


def test_the_search_finds_a_number_that_is_there(upup: Addresses) -> None:
    company = a_company(upup, 100_000)
    company.delivered(company.send(FOUND))
    dump = company.session.get(f"{upup.console}/api/dump", timeout=SECONDS).text
    assert Evidence(dump).numbers([e164(FOUND)]) == {e164(FOUND)}
