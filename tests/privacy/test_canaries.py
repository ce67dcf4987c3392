"""Seeded numbers, names and texts go through everything, faults included; then they are looked for everywhere."""

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import quote

import openpyxl
import pytest
import requests

from sandbox.demo.company import wait_for
from sandbox.inside import Inside
from sandbox.running import Addresses, running
from tests.functions.insider import Insider, give_up
from tests.functions.program import SECONDS, Json, Program, a_company, a_file_send, ok, staff_member
from tests.privacy.proof import Canaries, in_clear, kept_for_the_sms, ties, without_deliveries

NAMES = ("Zyxhild", "Kvorgåsa", "Xylofina", "Ödbrygga", "Wombatine", "Quirinalda", "Åskmolna", "Pzewalska")
TEXT_WORDS = ("Blomsterglimt", "Kvastfening", "Smörhagtorn")
OTHER_COLUMN = "Trollflöjten"
SENDER = "+46701740699"
MESSAGE = f"{TEXT_WORDS[0]} {{{{first_name}}}}, {{{{ort}}}}! {TEXT_WORDS[1]}: {{{{link}}}} {TEXT_WORDS[2]}"
NOTATIONS: tuple[Callable[[str], str], ...] = (
    lambda n: f"+46{n}",
    lambda n: f"0046 {n[:2]} {n[2:5]} {n[5:7]} {n[7:]}",
    lambda n: f"0{n[:2]}-{n[2:5]} {n[5:7]} {n[7:]}",
    lambda n: f"+46 (0){n[:2]}/{n[2:]}",
    lambda n: f"0{n[:2]}\u2011{n[2:5]}\u00a0{n[5:]}",
    lambda n: f"tel: 0{n}",
)
FINAL = ("delivered", "failed", "unknown", "opted_out", "cancelled")


@dataclass
class World:
    at: Addresses
    company: Program
    other: Program
    inside: Inside
    insider: Insider
    sends: list[Json] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    used: int = 5
    dumps: dict[str, str] = field(default_factory=dict)
    ties: dict[str, list[str]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)

    def number(self) -> str:
        """The next of those reserved for fiction."""
        self.used += 1
        assert self.used < 99, "the last one is the sender's"
        return f"+467017406{self.used:02d}"

    @property
    def canaries(self) -> Canaries:
        numbers = [f"+467017406{at:02d}" for at in range(6, self.used + 1)]
        return Canaries(numbers, [*NAMES, *TEXT_WORDS, OTHER_COLUMN], self.secrets)

    def written(self) -> str:
        """The next number, as somebody writes it."""
        return NOTATIONS[self.used % len(NOTATIONS)](self.number()[3:])

    def people(self, count: int) -> list[Json]:
        return [
            {"phone": self.written(), "first_name": NAMES[self.used % len(NAMES)], "ort": OTHER_COLUMN}
            for _ in range(count)
        ]

    def send(self, count: int, by: Program | None = None, **changes: object) -> Json:
        body = a_send(self.people(count)) | changes
        answer = (by or self.company).post("/v1/sends", body)
        self.answers.append(answer.text)
        made = ok(answer, 201)
        self.sends.append(made | {"by": by or self.company})
        return made

    def keep(self, answer: requests.Response, *statuses: int) -> requests.Response:
        """An answer that must hold nothing of what was sent."""
        assert answer.status_code in statuses, f"{answer.request.url} {answer.status_code} {answer.text[:300]}"
        self.answers.append(f"{answer.text}\n{dict(answer.headers)}")
        return answer

    @contextmanager
    def trouble(self, provider: str, kind: str, **more: object) -> Iterator[None]:
        fault = {"provider": provider, "kind": kind, **more}
        made = ok(requests.post(f"{self.at.console}/api/faults", json=fault, timeout=SECONDS), 201)
        try:
            yield
        finally:
            requests.delete(f"{self.at.console}/api/faults/{made['id']}", timeout=SECONDS)

    def settled(self) -> None:
        """Until nothing of any send but the scheduled ones has a step to go."""

        def done() -> bool | None:
            states = self.inside.rows(
                "SELECT d.state FROM deliveries d JOIN sends s ON s.id = d.send_id WHERE s.state <> 'scheduled'"
                " AND d.state NOT IN %s LIMIT 1",
                FINAL,
            )
            return None if states else True

        wait_for(done, "the end of every send", 60)

    def dump(self) -> str:
        answer = requests.get(f"{self.at.console}/api/dump", timeout=60)
        answer.encoding = "utf-8"
        return answer.text

    def console(self, function: str) -> Json:
        return self.company.console("/api/schedule/run", {"function": function})

    def advance(self, **how_far: int) -> None:
        moved = requests.post(f"{self.at.console}/api/clock/advance", json=how_far, timeout=240)
        assert {run["status"] for run in ok(moved)["runs"]} == {200}


def a_send(people: list[Json]) -> Json:
    return a_file_send() | {"sender": SENDER, "message": MESSAGE, "recipients": people}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running() as at:
        world = World(at, a_company(at, 1_000_000), a_company(at, 1_000_000), Inside(at), Insider(at))
        for act in (uploads, refusals, repeats, malformed, faults, suppliers, later, recipients):
            act(world)
        world.settled()
        world.dumps["handed over"], world.ties["handed over"] = world.dump(), ties(world.inside.rows)
        # what is in doubt may be sent again for 72 hours, and what is scheduled waits: sealed, both of them
        world.advance(hours=76)
        world.settled()
        world.kept = kept_for_the_sms(world.inside.rows)
        world.advance(days=28)
        world.dumps["31 days later"], world.ties["31 days later"] = world.dump(), ties(world.inside.rows)
        yield world


def uploads(world: World) -> None:
    """JSON and files of every kind, in two companies and with two gifts."""
    world.send(6, reminder={"after_days": 5, "language": "sv"})
    world.send(2, by=world.other)
    world.send(2, gift="cinema")
    world.send(2, by=world.other, gift="ice_cream")
    for encoding in ("cp1252", "utf-16"):
        upload(world, csv_of(world.people(3)).replace("\u2011", "-").encode(encoding), "kunder.csv")
    book = openpyxl.Workbook()
    book.active.append(["Telefon", "Förnamn", "Ort"])
    for one in world.people(3):
        book.active.append(list(one.values()))
    stream = io.BytesIO()
    book.save(stream)
    upload(world, stream.getvalue(), "kunder.xlsx")


def csv_of(people: list[Json]) -> str:
    return "telefon;förnamn;ort\n" + "".join(f"{';'.join(one.values())}\n" for one in people)


def upload(world: World, file: bytes, name: str) -> None:
    send = a_send([])
    del send["recipients"]
    answer = world.keep(world.company.upload("/v1/sends", send, file, name), 201)
    world.sends.append(answer.json() | {"by": world.company})


def refusals(world: World) -> None:
    """Lists with rows that cannot be sent to, and texts that cannot be sent."""
    bad = [{"phone": f"{world.written()}x", "first_name": NAMES[0], "ort": OTHER_COLUMN}, *world.people(1)]
    send = a_send(bad)
    world.keep(world.company.post("/v1/sends", send), 422)
    quote_of_it = ok(world.company.post("/v1/sends/quote", send))
    world.answers.append(json.dumps(quote_of_it["report"]))  # its example is the text, as it was asked for
    world.keep(world.company.post("/v1/sends", a_send(world.people(1)) | {"message": f"{TEXT_WORDS[0]} {{{{"}), 422)
    world.keep(
        world.company.post("/v1/sends", a_send(world.people(1)) | {"message": f"{MESSAGE} {{{{{NAMES[0]}}}}}"}), 422
    )
    world.keep(world.company.upload("/v1/sends", {}, csv_of(world.people(2)).encode(), f"{NAMES[1]}.csv"), 422)
    broken = b"PK\x03\x04" + csv_of(world.people(1)).encode()
    world.keep(world.company.upload("/v1/sends", a_send([]), broken, f"{world.number()}.xlsx"), 400, 415, 422)


def repeats(world: World) -> None:
    """An Idempotency-Key that is a number, said twice, with the same and with another body."""
    key, body = f"{world.number()} {NAMES[0]}", a_send(world.people(2))
    for _ in range(2):
        world.keep(world.company.post("/v1/sends", body, Idempotency_Key=key), 201)
    world.keep(world.company.post("/v1/sends", a_send(world.people(1)), Idempotency_Key=key), 422)


def malformed(world: World) -> None:
    """Numbers and names where nobody expects them: path, query, names of fields, types, and bodies that are none."""
    company = world.company

    def said() -> str:
        return f"{world.written()} {NAMES[2]}"

    for path in ("/v1/sends/{}", "/v1/sends/{}/deliveries", "/v1/sends/{}/report.csv", "/v1/gift/{}", "/g/{}", "/{}"):
        world.keep(company.get(path.format(quote(said(), safe=""))), 404)
    for path in ("/v1/sends", "/v1/statistics", "/v1/account", "/v1/callbacks/lekab/wrong/dr"):
        for name in ("limit", "cursor", "from", NAMES[3]):
            world.keep(company.get(path, **{name: world_free(world)}), 200, 404, 422)
    bodies: list[object] = [said(), [said()], {said(): said()}, {"recipients": [{said(): {said(): 1}}]}]
    bodies += [a_send([{"phone": {"number": world_free(world)}}]), {"email": world_free(world), "plan": NAMES[4]}]
    for path in ("/v1/sends", "/v1/sends/quote", "/v1/sms/preview", "/v1/signup", "/v1/login", "/v1/billing/top-ups"):
        for body in bodies:
            world.keep(company.post(path, body), 422)
        for raw in (f'{{"phone": "{world_free(world)}", {NAMES[0]}', f"{NAMES[1]}{world_free(world)}\xff"):
            headers = {"Content-Type": "application/json"}
            world.keep(company.call("POST", path, data=raw.encode("latin-1"), headers=headers), 400)
        kind = {"Content-Type": f"text/{NAMES[5]}"}
        world.keep(company.call("POST", path, data=world_free(world), headers=kind), 415)
    world.keep(company.call("DELETE", f"/v1/sends/{world_free(world)}"), 404, 405)
    for header in ("Origin", "User-Agent", "Referer", "X-Forwarded-For", "X-Cloud-Trace-Context"):
        world.keep(company.call("GET", "/v1/plans", headers={header: world_free(world)}), 200)


def world_free(world: World) -> str:
    """A number that was used already, as somebody may write it."""
    return NOTATIONS[world.used % len(NOTATIONS)](world.canaries.numbers[world.used % 7][3:]).replace("\u2011", "-")


def faults(world: World) -> None:
    """What is away, late or said twice while sends are on their way."""
    with world.trouble("lekab", "timeout_after_accept", count=1), world.trouble("pubsub", "duplicate"):
        world.send(2)
        world.settled()
    with world.trouble("lekab", "timeout_before_accept", count=1):
        world.send(1)
        world.settled()
    with world.trouble("clearon", "error", count=1), world.trouble("lekab", "error", count=1):
        world.send(2)
        world.console("sweep_stuck")
    with world.trouble("pubsub", "down"):
        world.send(2)
    with world.trouble("kms", "down"):
        body = a_send(world.people(1))
        world.keep(world.company.post("/v1/sends", body), 201, 503)
    world.send(2)
    with world.trouble("database", "down", count=1):
        answer = world.company.post("/v1/sends", a_send(world.people(1)))
        world.keep(answer, 201, 503)
    wait_for(lambda: world.company.get("/v1/account").status_code == 200, "the database")
    with world.trouble("database", "error", probability=0.5):
        for _ in range(3):
            world.keep(world.company.post("/v1/sends", a_send(world.people(1))), 201, 409, 500, 503)
    wait_for(lambda: world.company.get("/v1/account").status_code == 200, "the database")
    world.console("relay_outbox")
    world.advance(hours=1)
    world.settled()


def suppliers(world: World) -> None:
    """Receipts and answers, real, made up and forged; a message given up; what staff see and do."""
    for kind in ("dr", "mo"):
        odd = {"to": world_free(world), "from": world_free(world), "message": f"{NAMES[0]} STOPP", "id": NAMES[1]}
        world.keep(world.insider.lekab_callback(kind, **odd), 200, 204, 400, 404, 422)
        world.keep(world.insider.lekab_callback(kind, secret="wrong", **odd), 404, 403, 401)
        whole = {"msisdn": world.number(), "number": world.number(), "status": "DELIVRD", "messageid": world.number()}
        world.keep(world.insider.lekab_callback(kind, **odd, **whole), 200, 204, 400, 404, 422)
    world.keep(world.insider.clearon_callback({"number": world_free(world), "name": NAMES[0]}), 200, 204, 400, 422)
    world.keep(world.insider.stripe_webhook(json.dumps({"id": world_free(world)}).encode()), 200, 204, 400, 422)
    give_up(world.insider, "sms-wanted", {"send_id": world.sends[0]["id"], "first": 1, "last": 6})
    staff = staff_member(world.at, "staff@upup.example")
    for path in ("/v1/staff/dead-letters", "/v1/staff/deliveries", "/v1/staff/disclosures"):
        world.keep(staff.get(path), 200)
    doubtful = ok(staff.get("/v1/staff/deliveries"))["items"]
    assert doubtful, "some SMS are in doubt"
    world.keep(staff.post(f"/v1/staff/deliveries/{doubtful[0]['id']}/settle", {"outcome": world_free(world)}), 422)
    world.keep(staff.post(f"/v1/staff/deliveries/{quote(world_free(world), safe='')}/settle", {}), 404, 422)


def later(world: World) -> None:
    """A send that waits, and one that waited and was cancelled."""
    now = ok(requests.get(f"{world.at.console}/api/clock", timeout=SECONDS))["now"]
    at = re.sub(r"T\d\d", "T22", now)
    cancelled = world.send(2, scheduled_at=at)
    world.send(2, scheduled_at=at)
    world.keep(world.company.post(f"/v1/sends/{cancelled['id']}/cancel", {}), 200)


def recipients(world: World) -> None:
    """People open their gifts, redeem them, and leave; the company reads its lists and reports."""
    world.settled()
    inbox = world.company.console("/api/sms")["items"]
    tokens = [found[1] for sms in inbox if (found := re.search(r"/g/([A-Za-z0-9_-]+)", sms["message"]))]
    gifts = [ok(world.company.get(f"/v1/gift/{token}")) for token in tokens[:6]]
    world.secrets += tokens + [secret for gift in gifts for secret in (gift["ean"], gift["code"]) if len(secret) > 7]
    for gift in gifts:
        if gift["gift"]["code"] != "cinema":
            world.company.console("/api/till/redeem", {"code": gift["code"]})
    world.keep(world.company.call("POST", f"/v1/gift/{tokens[6]}/opt-out"), 204)
    leaving = next(sms["to"] for sms in inbox if tokens[7] in sms["message"])
    world.company.console("/api/sms/reply", {"to": SENDER, "from": leaving, "message": f"STOPP {NAMES[0]}"})
    for made in world.sends:
        for what in ("", "/deliveries", "/report.csv"):
            assert made["by"].get(f"/v1/sends/{made['id']}{what}").status_code == 200
    assert ok(world.company.get("/v1/statistics"))["total"]["redeemed"]


def test_the_search_finds_what_the_phones_have(world: World) -> None:
    inbox = world.company.console("/api/sms")["items"]
    phones = "\n".join(f"{sms['to']} {sms['message']}" for sms in inbox)
    found = in_clear(phones, world.canaries)
    assert {f"the name {name}" for name in world.canaries.names} <= set(found)
    assert len([one for one in found if one.startswith("the secret")]) > 20
    assert len(inbox) > 30


def test_no_name_text_or_code_is_in_clear_anywhere_even_right_after_the_send(world: World) -> None:
    assert in_clear(world.dumps["handed over"], Canaries((), world.canaries.names, world.secrets)) == []


def test_a_number_is_in_its_delivery_alone_before_its_30_days_are_over(world: World) -> None:
    dump = world.dumps["handed over"]
    assert len(in_clear(dump, Canaries(world.canaries.numbers, ()))) > 30, "the search finds numbers where they are"
    assert in_clear(without_deliveries(dump), Canaries(world.canaries.numbers, ())) == []


def test_sealed_texts_names_and_codes_are_gone_after_72_hours_whatever_became_of_them(world: World) -> None:
    assert world.kept == []


def test_a_month_later_nothing_is_anywhere_in_any_notation(world: World) -> None:
    assert in_clear(world.dumps["31 days later"], world.canaries) == []


def test_no_answer_has_repeated_a_number_or_a_name(world: World) -> None:
    assert len(world.answers) > 100
    assert in_clear("\n".join(world.answers), world.canaries) == []


def test_no_column_leads_from_a_delivery_to_a_gift_any_more(world: World) -> None:
    assert "deliveries.coupon_id meets coupons.id" in world.ties["handed over"], "the search finds a tie where it is"
    assert "sends.gift_code meets coupons.gift_code" in world.ties["handed over"]
    assert world.inside.value("SELECT COUNT(*) FROM coupons") > 20, "the gifts are there all the same"
    assert world.ties["31 days later"] == []
