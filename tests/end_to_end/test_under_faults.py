"""One send on a bad day, as an outside program sees it: nothing is lost, nothing comes twice, the money adds up."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests

from sandbox.demo.company import wait_for
from sandbox.inside import Inside
from sandbox.running import running
from tests.functions.program import SECONDS, Json, Program, a_company, a_file_send, ok

RECIPIENTS = 600  # a chunk and a piece; the promise is the same for 2,000, which take a minute longer
PATIENCE = 150
STANDS_STILL = 4  # seconds: longer than a call to a supplier, and a few of them in turn
MINUTES = 3  # until a dead worker's claims have run out
LIFE_OF_A_DOUBT = 80  # hours: 72, and a run of what clears up behind them

FAULTS: tuple[Json, ...] = (
    {"provider": "lekab", "kind": "timeout_after_accept", "probability": 0.2},
    {"provider": "lekab", "kind": "error", "probability": 0.2},
    {"provider": "lekab", "kind": "duplicate", "probability": 0.3},
    {"provider": "lekab", "kind": "reorder"},
    {"provider": "clearon", "kind": "error", "probability": 0.2},
    {"provider": "clearon", "kind": "timeout_after_accept", "probability": 0.2},
    {"provider": "pubsub", "kind": "duplicate", "probability": 0.3},
    {"provider": "pubsub", "kind": "reorder"},
)
OF_EACH_SMS = {"timeout_after_accept", "error", "duplicate", "reorder"}
HANDED_OVER = ("sent", "delivered", "unknown", "failed")


@dataclass
class BadDay:
    """What the send's company, the phones and the suppliers know of it."""

    company: Program
    inside: Inside
    send: Json = field(default_factory=dict)
    killed: bool = False
    restarted: bool = False
    bitten: dict[tuple[str, str], int] = field(default_factory=dict)
    totals: set[int] = field(default_factory=set)

    def shown(self) -> Json | None:
        """The send as its company sees it; None while the database is away."""
        try:
            answer = self.company.get(f"/v1/sends/{self.send['id']}")
        except requests.RequestException:
            return None
        return ok(answer) if answer.status_code == 200 else None

    def states(self) -> Counter[str]:
        return Counter(self.must_show()["deliveries"])

    def must_show(self) -> Json:
        return wait_for(self.shown, "the send", SECONDS)

    def make(self, fault: Json) -> None:
        ok(requests.post(f"{self.company.at.console}/api/faults", json=fault, timeout=SECONDS), 201)

    def end_faults(self) -> None:
        listed = self.company.console("/api/faults")["items"]
        self.bitten = {(one["provider"], one["kind"]): one["bitten"] for one in listed}
        ok(requests.delete(f"{self.company.at.console}/api/faults", timeout=SECONDS))

    def let_pass(self, hours: float) -> None:
        ok(requests.post(f"{self.company.at.console}/api/clock/advance", json={"hours": hours}, timeout=PATIENCE))

    def rows(self) -> list[Json]:
        """Every delivery."""
        rows: list[Json] = []
        cursor: str | None = ""
        while cursor is not None:
            place = {"cursor": cursor} if cursor else {}
            page = ok(self.company.get(f"/v1/sends/{self.send['id']}/deliveries", limit=200, **place))
            rows, cursor = rows + page["items"], page["next_cursor"]
        return rows

    def phones(self) -> Counter[str]:
        """How many SMS each number has got."""
        return Counter(sms["to"] for sms in self.company.console("/api/sms")["items"])


def a_file() -> bytes:
    rows = "".join(f"070{1_000_000 + at * 37:07d};Kund {at % 50}\n" for at in range(RECIPIENTS))
    return f"telefon;namn\n{rows}".encode()


def go_through(day: BadDay) -> None:
    """Until the send is done: a worker dies in the middle of a call, the database restarts, minutes pass where all
    stands still."""
    deadline, moved, seen = time.monotonic() + PATIENCE, time.monotonic(), Counter[str]()
    while (shown := day.must_show())["state"] != "done":
        assert time.monotonic() < deadline, shown
        states: Counter[str] = Counter(shown["deliveries"])
        day.totals.add(states.total())
        hit(day, states)
        if states != seen:
            moved, seen = time.monotonic(), states
        elif time.monotonic() - moved > STANDS_STILL:
            day.let_pass(MINUTES / 60)
            moved = time.monotonic()
        time.sleep(0.1)


def hit(day: BadDay, states: Counter[str]) -> None:
    """The two blows, each at its time."""
    handed_over = sum(states[state] for state in HANDED_OVER)
    if not day.killed and states["sending"] and handed_over >= RECIPIENTS / 6:
        day.killed = day.inside.kill("pubsub")
    elif not day.restarted and day.killed and handed_over >= RECIPIENTS / 2:
        day.make({"provider": "database", "kind": "down", "count": 1})
        day.restarted = True


@pytest.fixture(scope="module")
def day() -> Iterator[BadDay]:
    """The send, when every receipt has come."""
    with running() as at:
        company = a_company(at, balance_ore=10_000_000)
        day = BadDay(company, Inside(at))
        for seed, fault in enumerate(FAULTS):
            day.make({**fault, "seed": seed})
        day.send = ok(company.upload("/v1/sends", a_file_send(), a_file()), 201)
        go_through(day)
        day.end_faults()
        day.let_pass(2)
        wait_for(lambda: True if day.states()["delivered"] == len(day.phones()) else None, "the receipts", SECONDS)
        yield day


def test_the_faults_the_kill_and_the_restart_have_happened(day: BadDay) -> None:
    assert (day.killed, day.restarted) == (True, True)
    assert all(number for (provider, _), number in day.bitten.items() if provider == "lekab"), day.bitten
    assert {kind for provider, kind in day.bitten if provider == "lekab"} == OF_EACH_SMS
    assert sum(number for (provider, _), number in day.bitten.items() if provider in ("clearon", "pubsub"))


def test_no_number_gets_two_sms_and_no_reference_two_coupons(day: BadDay) -> None:
    did = day.company.console("/api/stats")
    assert did["lekab"]["numbers_with_several_sms"] == 0
    assert did["lekab"]["sms"] == did["lekab"]["numbers"] == len(day.phones())
    assert did["clearon"]["references_with_several_coupons"] == 0
    assert did["clearon"]["coupons"] == RECIPIENTS


def test_every_delivery_that_lekab_accepted_is_delivered_and_of_any_other_nobody_can_know(day: BadDay) -> None:
    phones, rows = day.phones(), day.rows()
    assert len(rows) == RECIPIENTS
    assert {row["state"] for row in rows if row["phone"] in phones} == {"delivered"}
    assert {row["state"] for row in rows if row["phone"] not in phones} == {"unknown"}


def test_the_counts_shown_are_those_of_the_rows_at_every_moment(day: BadDay) -> None:
    assert day.totals == {RECIPIENTS}
    assert +day.states() == Counter(row["state"] for row in day.rows())


def test_nothing_waits_and_no_message_was_given_up(day: BadDay) -> None:
    assert day.company.console("/api/stats")["pubsub"]["dead"] == 0
    assert day.inside.value("SELECT COUNT(*) FROM outbox") == 0
    assert day.inside.value("SELECT COUNT(*) FROM early_receipts") == 0


def test_the_money_adds_up_and_the_fee_of_what_nobody_knows_is_given_back_after_72_hours(day: BadDay) -> None:
    gift = next(one for one in ok(day.company.get("/v1/gifts"))["items"] if one["code"] == "coffee")
    price, value = gift["price_ore"], gift["face_value_ore"]
    delivered, unknown = day.states()["delivered"], day.states()["unknown"]
    account = day.company.account()
    assert day.send["price_ore"] == RECIPIENTS * price
    assert account["balance_ore"] == 10_000_000 - RECIPIENTS * price
    assert account["reserved_ore"] == delivered * value + unknown * price

    day.let_pass(LIFE_OF_A_DOUBT)
    day.company.log_in()
    account = day.company.account()
    assert account["balance_ore"] == 10_000_000 - RECIPIENTS * price + unknown * (price - value)
    assert account["reserved_ore"] == RECIPIENTS * value
    assert day.states() == Counter(delivered=delivered, unknown=unknown)
