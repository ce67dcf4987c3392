"""What must hold of the pipeline after every step: database and ledger against what the suppliers really received."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.database.transactions import Transaction
from shared.domain.delivery import MOVES, UNDER_WAY
from shared.domain.delivery import DeliveryState as S
from shared.domain.gift import GiftState

Place = tuple[str, int]
"""A send and a position in it."""

REACHED = (S.SENT, S.DELIVERED)
WITHOUT_SMS = (S.ACCEPTED, S.ISSUING, S.ISSUED, S.CANCELLED)
WAITING = (GiftState.REQUESTED, GiftState.ISSUED, GiftState.OPENED)


@dataclass(frozen=True, slots=True)
class Row:
    send_id: str
    position: int
    state: str
    phone: str
    coupon_id: str | None
    sms_ref: str | None

    @property
    def place(self) -> Place:
        return self.send_id, self.position


@dataclass(frozen=True, slots=True)
class SendRow:
    id: str
    state: str
    sender: str
    hold_id: str
    fee_ore: int
    value_ore: int
    accepted: int
    has_text: bool
    held_ore: int


@dataclass(frozen=True, slots=True)
class CouponRow:
    id: str
    hold_id: str
    state: str
    value_ore: int
    from_pool: bool


@dataclass
class Truth:
    """What really happened, as the fakes and the staff know it."""

    taken: dict[Place, list[str]] = field(default_factory=dict)
    """Lekab's ids of the SMS that it accepted."""
    resends: Counter[Place] = field(default_factory=Counter)
    settled_as_sent: set[Place] = field(default_factory=set)
    fee_released: set[Place] = field(default_factory=set)
    """In doubt when their send's time was over."""


@dataclass(frozen=True)
class Seen:
    """The database at one moment."""

    rows: list[Row]
    sends: list[SendRow]
    coupons: list[CouponRow]
    entries: list[tuple[str, str | None, str, str, int]]
    """(company, hold, purpose, account, öre)."""
    balances: list[tuple[str, int, int, int]]
    """(company, available, held, receivable)."""

    @property
    def states(self) -> dict[Place, S]:
        return {row.place: S(row.state) for row in self.rows}


def read(tx: Transaction, companies: Sequence[str]) -> Seen:
    where = "WHERE company_id IN %s"
    return Seen(
        tx.all(Row, f"SELECT send_id, position, state, phone, coupon_id, sms_ref FROM deliveries {where}", [companies]),
        tx.all(
            SendRow,
            "SELECT s.id, s.state, s.sender, s.hold_id, s.fee_ore, s.value_ore, s.accepted,"
            " s.sealed_text IS NOT NULL, h.held_ore FROM sends s JOIN holds h ON h.id = s.hold_id"
            " WHERE s.company_id IN %s",
            [companies],
        ),
        tx.all(
            CouponRow,
            "SELECT c.id, c.hold_id, c.state, c.value_ore, g.issuer = 'code_pool' FROM coupons c"
            f" JOIN gifts g ON g.code = c.gift_code {where}",
            [companies],
        ),
        tx.all(
            lambda *found: (*found[:4], int(found[4])),
            "SELECT company_id, hold_id, purpose, account, SUM(amount_ore) FROM ledger_entries"
            f" {where} GROUP BY 1, 2, 3, 4",
            [companies],
        ),
        tx.all(
            lambda *found: found,
            f"SELECT company_id, available_ore, held_ore, receivable_ore FROM balances {where}",
            [companies],
        ),
    )


def _reachable(moves: Mapping[S, frozenset[S]]) -> dict[S, set[S]]:
    """From each state by any number of moves, none among them."""
    found = {}
    for start in moves:
        reached = new = {start}
        while new:
            new = {after for state in new for after in moves[state]} - reached
            reached = reached | new
        found[start] = reached
    return found


ONCE_MORE = _reachable(MOVES)
BY_ITSELF = _reachable(MOVES | {S.UNKNOWN: MOVES[S.UNKNOWN] - {S.ISSUED}})
"""Only staff may have an SMS in doubt sent again."""


def check_moves(before: Mapping[Place, S], now: Seen, sent_again: set[Place]) -> None:
    states = now.states
    assert before.keys() <= states.keys(), "deliveries have vanished"
    for place, state in before.items():
        allowed = ONCE_MORE if place in sent_again else BY_ITSELF
        assert states[place] in allowed[state], f"a delivery went from {state} to {states[place]}"


def check_sms(truth: Truth, now: Seen) -> None:
    for place, references in truth.taken.items():
        assert len(references) <= 1 + truth.resends[place], "a number got several gift SMS of one send"
    # after staff or time have ended a doubt, its receipt can mean the number's next one: nothing tells them apart
    ended = {*truth.resends, *truth.settled_as_sent, *truth.fee_released}
    ambiguous = {reference for place in ended for reference in truth.taken.get(place, [])}
    for row in now.rows:
        references = truth.taken.get(row.place, [])
        if row.state in REACHED:
            known = references or row.place in truth.settled_as_sent or row.sms_ref in ambiguous
            assert known, f"is {row.state} and was never accepted"
        if row.sms_ref:
            assert row.sms_ref in references or row.sms_ref in ambiguous, "has the id of another's SMS"
        elif row.state in WITHOUT_SMS or row.state == S.FAILED:
            assert len(references) <= truth.resends[row.place], f"is {row.state}, and its SMS was accepted"


def check_coupons(now: Seen, asked_for: set[str]) -> None:
    own = [row.coupon_id for row in now.rows if row.coupon_id]
    assert len(own) == len(set(own)), "two deliveries have one coupon"
    assert set(own) == {one.id for one in now.coupons}, "a delivery asked for several coupons"
    assert asked_for <= set(own), "ClearOn has a coupon that no delivery asked for"


def check_sends(now: Seen) -> None:
    rows = defaultdict(list)
    for row in now.rows:
        rows[row.send_id].append(row.state)
    for send in now.sends:
        states = set(rows[send.id])
        assert send.accepted == len(rows[send.id]), "a send does not count its rows"
        if send.state == "scheduled":
            assert states == {S.ACCEPTED}, "a send began before its time"
        if send.state == "done":
            assert not states & set(UNDER_WAY), "a send is done with something under way"
        if send.state == "cancelled":
            assert not states & {S.ACCEPTED, S.ISSUING, S.ISSUED}, f"a cancelled send may go on: {states}"


def check_money(truth: Truth, now: Seen) -> None:
    accounts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    purposes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for company, hold, purpose, account, amount in now.entries:
        accounts[company][account] += amount
        if hold and amount > 0:
            purposes[hold][purpose] += amount
    assert sum(each.total() for each in accounts.values()) == 0, "the ledger's sum is not 0"
    for company, available, held, receivable in now.balances:
        assert min(available, held, receivable) >= 0, "a balance is below zero"
        is_booked = accounts[company]
        assert (available, held) == (is_booked["available"], is_booked["held"]), "a balance is not its entries' sum"
    for send in now.sends:
        _check_hold(truth, now, send, purposes[send.hold_id])


def _check_hold(truth: Truth, now: Seen, send: SendRow, booked: Counter[str]) -> None:
    """What is captured, released and held is what the send's deliveries and gifts say, to the öre."""
    rows = [row for row in now.rows if row.send_id == send.id]
    gifts = [one for one in now.coupons if one.hold_id == send.hold_id]
    under_way = [row for row in rows if row.state in UNDER_WAY]
    owed = [row for row in rows if row.place not in truth.fee_released]
    left = [row for row in owed if row.state in REACHED or (row.state == S.FAILED and row.sms_ref)]
    in_doubt = [row for row in owed if row.state == S.UNKNOWN]
    given = [one for one in gifts if one.state == GiftState.REDEEMED or (one.from_pool and not one.value_ore)]
    held = (
        send.fee_ore * (len(under_way) + len(in_doubt))
        + send.value_ore * sum(row.coupon_id is None for row in under_way)
        + sum(one.value_ore for one in gifts if one.state in WAITING)
    )
    price = send.fee_ore + send.value_ore
    expected: dict[str, Any] = {
        "reserve": price * send.accepted,
        "capture_fee": send.fee_ore * len(left),
        "capture_value": send.value_ore * len(given),
        "held": held,
    }
    found = {name: booked[name] for name in expected} | {"held": send.held_ore}
    assert found == expected, f"öre off: {found}, and it should be {expected}"
    gone = booked["capture_fee"] + booked["capture_value"] + booked["release"]
    assert booked["reserve"] == gone + send.held_ore, "reserved is not captured + released + held"
