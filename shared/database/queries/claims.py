"""Claims: how a step takes its rows, so that no two workers ever hold one, and gives them back with what came of it."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct, json

from shared.database.queries import webhook_events
from shared.database.queries.coupons import COUPON, Coupon
from shared.database.queries.webhook_events import Moved
from shared.database.transactions import Transaction
from shared.domain.delivery import UNDER_WAY, DeliveryState, sources

OUTCOME_AWAITED = (DeliveryState.SENDING, DeliveryState.UNKNOWN)


CAN_BEGIN = (DeliveryState.ISSUED,)
"""An `unknown` one may be sent again too, but by a person's word and never by a worker's."""

NOT_STOPPED = "NOT EXISTS (SELECT 1 FROM companies WHERE id = %s AND stopped_at IS NOT NULL)"
"""Of the company. In the statement that claims what would leave."""


class Chunk(Struct, frozen=True):
    """The deliveries `first` to `last` of a send."""

    company_id: str
    send_id: str
    first: int
    last: int


class Claim(Struct, frozen=True):
    owner: str
    now: datetime
    until: datetime


class ToIssue(Struct, frozen=True):
    """`valid_until`: of a coupon that was asked for before."""

    position: int
    coupon_id: str
    valid_until: date | None
    opted_out: bool


class ToSend(Struct, frozen=True):
    position: int
    phone: str
    fingerprint: bytes
    sealed_values: bytes | None
    coupon_id: str
    sealed_code: bytes | None
    opted_out: bool

    def __repr__(self) -> str:
        return f"ToSend({self.position})"


class Outcome(Struct, frozen=True):
    """What one SMS came to. A refused one's coupon is no longer wanted."""

    position: int
    state: DeliveryState
    sms_ref: str | None = None
    reason: str | None = None


def claim_to_issue(tx: Transaction, chunk: Chunk, claim: Claim, coupon_ids: Sequence[str]) -> list[ToIssue]:
    """Take what waits for a coupon, and what a dead worker's claim has left: the same reference is asked again.

    Of `coupon_ids`, one for each place of the chunk, those are used whose place has none yet.
    """
    claimed = tx.execute(
        "UPDATE deliveries d JOIN JSON_TABLE(%s, '$[*]' COLUMNS (place FOR ORDINALITY,"
        " coupon_id CHAR(20) CHARACTER SET ascii PATH '$')) j ON d.send_id = %s AND d.position = j.place + %s"
        " SET d.state = 'issuing', d.claimed_by = %s, d.claimed_until = %s,"
        " d.coupon_id = COALESCE(d.coupon_id, j.coupon_id)"
        " WHERE d.company_id = %s AND (d.state = 'accepted' OR (d.state = 'issuing' AND d.claimed_until < %s))",
        (
            *(json.encode(coupon_ids).decode(), chunk.send_id, chunk.first - 1),
            *(claim.owner, claim.until, chunk.company_id, claim.now),
        ),
    )
    is_whole = claimed == len(coupon_ids)  # then only those need be read of whom more is known
    found = tx.all(
        ToIssue,
        "SELECT d.position, d.coupon_id, c.valid_until, o.id IS NOT NULL"
        " FROM deliveries d LEFT JOIN coupons c ON c.id = d.coupon_id"
        " LEFT JOIN opt_outs o ON o.company_id = d.company_id AND o.fingerprint = d.fingerprint"
        " WHERE d.send_id = %s AND d.company_id = %s"
        " AND d.position BETWEEN %s AND %s AND d.claimed_by = %s AND d.state = 'issuing'"
        f"{' AND (c.id IS NOT NULL OR o.id IS NOT NULL)' if is_whole else ''} ORDER BY d.position",
        (chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.owner),
    )
    if not is_whole:
        return found
    known = {row.position: row for row in found}
    return [
        known.get(position) or ToIssue(position, coupon_id, None, opted_out=False)
        for position, coupon_id in enumerate(coupon_ids, chunk.first)
    ]


def request_coupons(tx: Transaction, chunk: Chunk, owner: str, alike: Coupon, today: date) -> None:
    """Write down the references of a claim's deliveries before the issuer is asked for them: coupons that are all
    `alike` but for their ids. One that was asked for before stays as it is."""
    tx.execute(
        f"INSERT INTO coupons ({COUPON}, requested_on, unwanted)"
        " SELECT d.coupon_id, %s, %s, %s, %s, %s, %s, %s, %s, %s, FALSE FROM deliveries d"
        " LEFT JOIN coupons c ON c.id = d.coupon_id WHERE d.send_id = %s AND d.company_id = %s"
        " AND d.position BETWEEN %s AND %s AND d.claimed_by = %s AND d.state = 'issuing' AND c.id IS NULL"
        " ORDER BY d.coupon_id",
        (
            *(alike.company_id, alike.gift_code, alike.hold_id, alike.value_ore, alike.state, alike.valid_until),
            *(alike.cancelled, alike.test, today),
            *(chunk.send_id, chunk.company_id, chunk.first, chunk.last, owner),
        ),
    )


def claim_to_send(tx: Transaction, chunk: Chunk, claim: Claim) -> list[ToSend]:
    """Take what has its coupon and waits for its SMS. A row whose call had begun is in `sending` and never taken, and
    none of a company that is stopped."""
    tx.execute(
        "UPDATE deliveries SET claimed_by = %s, claimed_until = %s"
        " WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s"
        " AND state = 'issued' AND phone IS NOT NULL AND (claimed_until IS NULL OR claimed_until < %s)"
        f" AND {NOT_STOPPED}",
        (
            *(claim.owner, claim.until, chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.now),
            chunk.company_id,
        ),
    )
    return tx.all(
        ToSend,
        "SELECT d.position, d.phone, d.fingerprint, d.sealed_values, d.coupon_id, c.sealed_code, o.id IS NOT NULL"
        " FROM deliveries d JOIN coupons c ON c.id = d.coupon_id"
        " LEFT JOIN opt_outs o ON o.company_id = d.company_id AND o.fingerprint = d.fingerprint"
        " WHERE d.send_id = %s AND d.company_id = %s AND d.position BETWEEN %s AND %s"
        " AND d.claimed_by = %s AND d.state = 'issued' ORDER BY d.position",
        (chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.owner),
    )


def move_claimed(
    tx: Transaction,
    chunk: Chunk,
    owner: str,
    positions: Sequence[int],
    state: DeliveryState,
    now: datetime,
    reason: str | None = None,
) -> int:
    """Move rows of this claim to a state that theirs leads to and end the claim; how many."""
    if not positions:
        return 0
    _tell_of(tx, chunk, owner, positions, (state, reason), now)
    among, named = _among(positions)
    return tx.execute(
        "UPDATE deliveries SET state = %s, reason = %s, claimed_by = NULL, claimed_until = NULL"
        f" WHERE send_id = %s AND company_id = %s AND {among} AND claimed_by = %s AND state IN %s",
        (state, reason, chunk.send_id, chunk.company_id, *named, owner, sources(state)),
    )


def held_by_others(tx: Transaction, chunk: Chunk, claim: Claim, states: Sequence[DeliveryState]) -> bool:
    """Whether another worker's claim on rows of the chunk in these states still runs."""
    return bool(
        tx.value(
            "SELECT 1 FROM deliveries WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s"
            " AND claimed_by <> %s AND claimed_until >= %s AND state IN %s LIMIT 1",
            (chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.owner, claim.now, states),
        )
    )


def doubt_the_dead(tx: Transaction, chunk: Chunk, now: datetime) -> list[tuple[int, str, datetime]]:
    """Rows whose worker seems to have died in their call become `unknown`: they are never sent on a guess.

    They keep their owner: should it be only slow, it still writes down what it knows. Returns (position, number, end
    of the claim).
    """
    place = (chunk.send_id, chunk.company_id, chunk.first, chunk.last, sources(DeliveryState.UNKNOWN), now)
    dead = tx.all(
        lambda position, phone, until: (position, phone, until),
        "SELECT position, phone, claimed_until FROM deliveries WHERE send_id = %s AND company_id = %s"
        " AND position BETWEEN %s AND %s AND state IN %s AND claimed_until < %s AND phone IS NOT NULL FOR UPDATE",
        place,
    )
    if dead:
        tx.execute(
            "UPDATE deliveries SET state = 'unknown', reason = 'no_answer', claimed_until = NULL WHERE send_id = %s"
            " AND company_id = %s AND position BETWEEN %s AND %s AND state IN %s AND claimed_until < %s",
            place,
        )
        doubted = [Moved(position, DeliveryState.UNKNOWN, "no_answer") for position, _, _ in dead]
        webhook_events.deliveries_moved(tx, chunk.company_id, chunk.send_id, doubted, now)
    return dead


def forget_coupons(tx: Transaction, chunk: Chunk, owner: str, positions: Sequence[int]) -> None:
    """Let go of the references of claimed rows that no coupon was asked for by."""
    if positions:
        tx.execute(
            "UPDATE deliveries SET coupon_id = NULL"
            " WHERE send_id = %s AND company_id = %s AND position IN %s AND claimed_by = %s",
            (chunk.send_id, chunk.company_id, list(positions), owner),
        )


def opt_out_claimed(tx: Transaction, chunk: Chunk, owner: str, positions: Sequence[int], now: datetime) -> int:
    """Let go of claimed rows whose person has opted out since the upload, with all that is kept for their SMS."""
    if not positions:
        return 0
    _tell_of(tx, chunk, owner, positions, (DeliveryState.OPTED_OUT, None), now)
    return tx.execute(
        "UPDATE deliveries SET state = 'opted_out', sealed_values = NULL, claimed_by = NULL, claimed_until = NULL"
        " WHERE send_id = %s AND company_id = %s AND position IN %s AND claimed_by = %s"
        " AND state IN %s",
        (chunk.send_id, chunk.company_id, list(positions), owner, sources(DeliveryState.OPTED_OUT)),
    )


def _tell_of(
    tx: Transaction,
    chunk: Chunk,
    owner: str,
    positions: Sequence[int],
    ending: tuple[DeliveryState, str | None],
    now: datetime,
) -> None:
    """That rows of this claim are about to come to a state that theirs leads to."""
    mine = [list(positions), owner, sources(ending[0])]
    where = "position IN %s AND claimed_by = %s AND state IN %s"
    webhook_events.deliveries_move(tx, (chunk.send_id, chunk.company_id), where, mine, ending, now)


def begin_sending(tx: Transaction, chunk: Chunk, claim: Claim, positions: Sequence[int], waiting: int) -> set[int]:
    """Mark that the supplier's call may begin for these rows, and renew the claim; those that it still held, and none
    where the company has been stopped meanwhile. `waiting`: how many the claim holds by now, if nobody took any."""
    among, named = _among(positions)
    begun = tx.execute(
        f"UPDATE deliveries SET claimed_until = %s, state = IF({among}, 'sending', state)"
        " WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s AND claimed_by = %s"
        f" AND state IN %s AND {NOT_STOPPED}",
        (
            *(claim.until, *named),
            *(chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.owner),
            *(CAN_BEGIN, chunk.company_id),
        ),
    )
    return set(positions if begun == waiting else being_sent(tx, chunk, claim.owner, positions))


def being_sent(tx: Transaction, chunk: Chunk, owner: str, positions: Sequence[int]) -> dict[int, DeliveryState]:
    """Those of the rows whose call this claim has begun and whose outcome is not written yet, locked, with their
    states."""
    among, named = _among(positions)
    where = f"FROM deliveries WHERE send_id = %s AND company_id = %s AND {among} AND claimed_by = %s"
    mine = (chunk.send_id, chunk.company_id, *named, owner)
    sending = tx.value(f"SELECT COUNT(*) {where} AND state = 'sending' FOR UPDATE", mine)
    if sending == len(positions):  # most of the time
        return dict.fromkeys(positions, DeliveryState.SENDING)
    rows = tx.all(
        lambda position, state: (position, DeliveryState(state)),
        f"SELECT position, state {where} AND state IN %s FOR UPDATE",
        (*mine, OUTCOME_AWAITED),
    )
    return dict(rows)


def _among(positions: Sequence[int]) -> tuple[str, Sequence[object]]:
    """A condition for these positions, and its arguments: mostly they are a range, which is read faster than a list."""
    first, last = min(positions), max(positions)
    if last - first + 1 == len(positions):
        return "position BETWEEN %s AND %s", (first, last)
    return "position IN %s", (list(positions),)


def end_claim(tx: Transaction, chunk: Chunk, owner: str) -> None:
    """Give back what this claim still holds and has not begun."""
    tx.execute(
        "UPDATE deliveries SET claimed_by = NULL, claimed_until = NULL WHERE send_id = %s AND company_id = %s"
        " AND position BETWEEN %s AND %s AND claimed_by = %s AND state = 'issued'",
        (chunk.send_id, chunk.company_id, chunk.first, chunk.last, owner),
    )


def record_outcomes(tx: Transaction, chunk: Chunk, owner: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write what the calls of rows that are being sent came to. What has left UpUp, or never will, loses its values
    with the same write."""
    rows = [[one.position, one.state, one.sms_ref, one.reason] for one in outcomes]
    tx.execute(
        "UPDATE deliveries d JOIN JSON_TABLE(%s, '$[*]' COLUMNS (position INT UNSIGNED PATH '$[0]',"
        " state VARCHAR(12) CHARACTER SET ascii PATH '$[1]', sms_ref VARCHAR(64) CHARACTER SET ascii PATH '$[2]',"
        " reason VARCHAR(40) CHARACTER SET ascii PATH '$[3]')) j"
        " ON d.send_id = %s AND d.position = j.position"
        " SET d.state = j.state, d.sms_ref = j.sms_ref, d.reason = j.reason,"
        " d.sent_at = IF(j.state = 'sent', %s, NULL),"
        " d.sealed_values = IF(j.state IN ('sent', 'failed'), NULL, d.sealed_values),"
        " d.claimed_by = NULL, d.claimed_until = NULL"
        " WHERE d.company_id = %s AND d.claimed_by = %s AND d.state IN %s",
        (json.encode(rows).decode(), chunk.send_id, now, chunk.company_id, owner, OUTCOME_AWAITED),
    )
    moved = [Moved(one.position, one.state, one.reason) for one in outcomes]
    webhook_events.deliveries_moved(tx, chunk.company_id, chunk.send_id, moved, now)


def is_under_way(tx: Transaction, chunk: Chunk) -> bool:
    """Whether anything of the chunk still has a step to go."""
    return bool(
        tx.value(
            "SELECT 1 FROM deliveries WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s"
            " AND state IN %s LIMIT 1",
            (chunk.send_id, chunk.company_id, chunk.first, chunk.last, UNDER_WAY),
        )
    )
