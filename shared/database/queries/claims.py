"""Claims: how a step takes its rows, so that no two workers ever hold one, and gives them back with what came of it."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from shared.database.queries import webhook_events
from shared.database.queries.webhook_events import Moved
from shared.database.transactions import Transaction
from shared.domain.delivery import UNDER_WAY, DeliveryState, sources

OUTCOME_AWAITED = (DeliveryState.SENDING, DeliveryState.UNKNOWN)


CAN_BEGIN = (DeliveryState.ISSUED,)
"""An `unknown` one may be sent again too, but by a person's word and never by a worker's."""


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
    """A coupon that was asked for before has its last valid day already."""

    position: int
    fingerprint: bytes
    coupon_id: str | None
    valid_until: date | None


class ToSend(Struct, frozen=True):
    position: int
    phone: str
    fingerprint: bytes
    sealed_values: bytes | None
    coupon_id: str
    sealed_code: bytes | None

    def __repr__(self) -> str:
        return f"ToSend({self.position})"


class Outcome(Struct, frozen=True):
    """What one SMS came to. A refused one's coupon is no longer wanted."""

    position: int
    state: DeliveryState
    sms_ref: str | None = None
    reason: str | None = None


def claim_to_issue(tx: Transaction, chunk: Chunk, claim: Claim) -> list[ToIssue]:
    """Take what waits for a coupon, and what a dead worker's claim has left: the same reference is asked again."""
    tx.execute(
        "UPDATE deliveries SET state = 'issuing', claimed_by = %s, claimed_until = %s"
        " WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s"
        " AND (state = 'accepted' OR (state = 'issuing' AND claimed_until < %s))",
        (claim.owner, claim.until, chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.now),
    )
    return tx.all(
        ToIssue,
        "SELECT d.position, d.fingerprint, d.coupon_id, c.valid_until"
        " FROM deliveries d LEFT JOIN coupons c ON c.id = d.coupon_id WHERE d.send_id = %s AND d.company_id = %s"
        " AND d.position BETWEEN %s AND %s AND d.claimed_by = %s AND d.state = 'issuing' ORDER BY d.position",
        (chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.owner),
    )


def claim_to_send(tx: Transaction, chunk: Chunk, claim: Claim) -> list[ToSend]:
    """Take what has its coupon and waits for its SMS. A row whose call had begun is in `sending` and never taken."""
    tx.execute(
        "UPDATE deliveries SET claimed_by = %s, claimed_until = %s"
        " WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s"
        " AND state = 'issued' AND phone IS NOT NULL AND (claimed_until IS NULL OR claimed_until < %s)",
        (claim.owner, claim.until, chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.now),
    )
    return tx.all(
        ToSend,
        "SELECT d.position, d.phone, d.fingerprint, d.sealed_values, d.coupon_id, c.sealed_code"
        " FROM deliveries d JOIN coupons c ON c.id = d.coupon_id"
        " WHERE d.send_id = %s AND d.company_id = %s AND d.position BETWEEN %s AND %s"
        " AND d.claimed_by = %s AND d.state = 'issued' ORDER BY d.position",
        (chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.owner),
    )


def point_at_coupons(tx: Transaction, chunk: Chunk, owner: str, coupons: Sequence[tuple[int, str]]) -> None:
    """Set (position, coupon) for rows of this claim."""
    tx.execute(
        "UPDATE deliveries d JOIN JSON_TABLE(%s, '$[*]' COLUMNS (position INT UNSIGNED PATH '$[0]',"
        " coupon_id CHAR(20) CHARACTER SET ascii PATH '$[1]')) j"
        " ON d.send_id = %s AND d.position = j.position SET d.coupon_id = j.coupon_id"
        " WHERE d.company_id = %s AND d.claimed_by = %s",
        (json.dumps(coupons), chunk.send_id, chunk.company_id, owner),
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
    return tx.execute(
        "UPDATE deliveries SET state = %s, reason = %s, claimed_by = NULL, claimed_until = NULL"
        " WHERE send_id = %s AND company_id = %s AND position IN %s AND claimed_by = %s AND state IN %s",
        (state, reason, chunk.send_id, chunk.company_id, list(positions), owner, sources(state)),
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


def begin_sending(tx: Transaction, chunk: Chunk, claim: Claim, positions: Sequence[int]) -> set[int]:
    """Mark that the supplier's call may begin for these rows, and renew the claim; those that it still held."""
    tx.execute(
        "UPDATE deliveries SET claimed_until = %s, state = IF(state IN %s AND position IN %s, 'sending', state)"
        " WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s AND claimed_by = %s",
        (
            *(claim.until, CAN_BEGIN, list(positions)),
            *(chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.owner),
        ),
    )
    return being_sent(tx, chunk, claim.owner, positions)


def being_sent(tx: Transaction, chunk: Chunk, owner: str, positions: Sequence[int]) -> set[int]:
    """Those of the rows whose call this claim has begun and whose outcome is not written yet, locked."""
    return set(
        tx.values(
            "SELECT position FROM deliveries WHERE send_id = %s AND company_id = %s AND position IN %s"
            " AND claimed_by = %s AND state IN %s FOR UPDATE",
            (chunk.send_id, chunk.company_id, list(positions), owner, OUTCOME_AWAITED),
        )
    )


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
        (json.dumps(rows), chunk.send_id, now, chunk.company_id, owner, OUTCOME_AWAITED),
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
