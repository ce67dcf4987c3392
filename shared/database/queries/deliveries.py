"""Deliveries: one recipient of one send. Every step takes its rows by a claim with an owner and an end."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from shared.database.transactions import Transaction
from shared.domain.delivery import UNDER_WAY, DeliveryState, sources

OUTCOME_AWAITED = (DeliveryState.SENDING, DeliveryState.UNKNOWN)

NOT_BEGUN = (DeliveryState.ACCEPTED, DeliveryState.ISSUING, DeliveryState.ISSUED)

CAN_BEGIN = (DeliveryState.ISSUED,)
"""An `unknown` one may be sent again too, but by a person's word and never by a worker's."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The deliveries `first` to `last` of a send."""

    company_id: str
    send_id: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Claim:
    owner: str
    now: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class ToIssue:
    """A coupon that was asked for before has its last valid day already."""

    position: int
    fingerprint: bytes
    coupon_id: str | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class ToSend:
    position: int
    phone: str
    fingerprint: bytes
    sealed_values: bytes | None
    coupon_id: str
    sealed_code: bytes | None

    def __repr__(self) -> str:
        return f"ToSend({self.position})"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one SMS came to. A refused one's coupon is no longer wanted."""

    position: int
    state: DeliveryState
    sms_ref: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A delivery as its company sees it."""

    position: int
    state: str
    reason: str | None
    phone: str | None
    encrypted: bool
    gift_state: str | None
    sent_at: datetime | None
    delivered_at: datetime | None

    def __repr__(self) -> str:
        return f"Shown({self.position}, {self.state})"


@dataclass(frozen=True, slots=True)
class Stopped:
    """How many deliveries were ended with and without a coupon asked for."""

    with_coupon: int
    without_coupon: int


@dataclass(frozen=True, slots=True)
class InClear:
    position: int
    phone: str
    coupon_id: str | None

    def __repr__(self) -> str:
        return f"InClear({self.position})"


def add(tx: Transaction, company_id: str, send_id: str, rows: Sequence[tuple[str, bytes, bytes | None]]) -> None:
    """Add (E.164 number, fingerprint, sealed values) in the order of their positions from 1."""
    tx.insert_many(
        "INSERT INTO deliveries (send_id, position, company_id, state, phone, fingerprint, sealed_values)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        [
            (send_id, position, company_id, "accepted", phone, fingerprint, values)
            for position, (phone, fingerprint, values) in enumerate(rows, start=1)
        ],
    )


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
    reason: str | None = None,
) -> int:
    """Move rows of this claim to a state that theirs leads to and end the claim; how many."""
    if not positions:
        return 0
    return tx.execute(
        "UPDATE deliveries SET state = %s, reason = %s, claimed_by = NULL, claimed_until = NULL"
        " WHERE send_id = %s AND company_id = %s AND position IN %s AND claimed_by = %s AND state IN %s",
        (state, reason, chunk.send_id, chunk.company_id, list(positions), owner, sources(state)),
    )


def held_by_others(tx: Transaction, chunk: Chunk, owner: str, now: datetime) -> bool:
    """Whether another worker's claim on rows of the chunk still runs."""
    return bool(
        tx.value(
            "SELECT 1 FROM deliveries WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s"
            " AND claimed_by <> %s AND claimed_until >= %s LIMIT 1",
            (chunk.send_id, chunk.company_id, chunk.first, chunk.last, owner, now),
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
    tx.execute(
        "UPDATE deliveries SET state = 'unknown', reason = 'no_answer', claimed_until = NULL"
        " WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s AND state IN %s AND claimed_until < %s",
        place,
    )
    return dead


def opt_out_claimed(tx: Transaction, chunk: Chunk, owner: str, positions: Sequence[int]) -> int:
    """Let go of claimed rows whose person has opted out since the upload, with all that is kept for their SMS."""
    if not positions:
        return 0
    return tx.execute(
        "UPDATE deliveries SET state = 'opted_out', sealed_values = NULL, claimed_by = NULL, claimed_until = NULL"
        " WHERE send_id = %s AND company_id = %s AND position IN %s AND claimed_by = %s"
        " AND state IN %s",
        (chunk.send_id, chunk.company_id, list(positions), owner, sources(DeliveryState.OPTED_OUT)),
    )


def begin_sending(tx: Transaction, chunk: Chunk, claim: Claim, positions: Sequence[int]) -> set[int]:
    """Mark that the supplier's call may begin for these rows, and renew the claim; those that it still held."""
    tx.execute(
        "UPDATE deliveries SET claimed_until = %s WHERE send_id = %s AND company_id = %s"
        " AND position BETWEEN %s AND %s AND claimed_by = %s",
        (claim.until, chunk.send_id, chunk.company_id, chunk.first, chunk.last, claim.owner),
    )
    tx.execute(
        "UPDATE deliveries SET state = 'sending'"
        " WHERE send_id = %s AND company_id = %s AND position IN %s AND claimed_by = %s AND state IN %s",
        (chunk.send_id, chunk.company_id, list(positions), claim.owner, CAN_BEGIN),
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
    """Write what the calls came to. What has left UpUp, or never will, loses its values with the same write."""
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


def is_under_way(tx: Transaction, chunk: Chunk) -> bool:
    """Whether anything of the chunk still has a step to go."""
    return bool(
        tx.value(
            "SELECT 1 FROM deliveries WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s"
            " AND state IN %s LIMIT 1",
            (chunk.send_id, chunk.company_id, chunk.first, chunk.last, UNDER_WAY),
        )
    )


def counts(tx: Transaction, company_id: str, send_ids: Sequence[str]) -> dict[tuple[str, str], int]:
    """How many deliveries of each send are in each state."""
    if not send_ids:
        return {}
    rows = tx.all(
        lambda send_id, state, number: ((send_id, state), number),
        "SELECT send_id, state, COUNT(*) FROM deliveries WHERE company_id = %s AND send_id IN %s"
        " GROUP BY send_id, state",
        (company_id, list(send_ids)),
    )
    return dict(rows)


def page(tx: Transaction, company_id: str, send_id: str, after: int, most: int) -> list[Shown]:
    """In the order of the upload, from just after a position."""
    return tx.all(
        lambda position, state, reason, phone, encrypted, *rest: Shown(
            position, state, reason, phone, bool(encrypted), *rest
        ),
        "SELECT d.position, d.state, d.reason, d.phone, d.record IS NOT NULL, c.state, d.sent_at, d.delivered_at"
        " FROM deliveries d LEFT JOIN coupons c ON c.id = d.coupon_id"
        " WHERE d.company_id = %s AND d.send_id = %s AND d.position > %s ORDER BY d.position LIMIT %s",
        (company_id, send_id, after, most),
    )


def in_clear(tx: Transaction, company_id: str, send_id: str, most: int, *, wait: bool) -> list[InClear]:
    """Rows to encrypt, locked; those that another worker holds are waited for or left out."""
    return tx.all(
        InClear,
        "SELECT position, phone, coupon_id FROM deliveries WHERE send_id = %s AND company_id = %s"
        f" AND record IS NULL ORDER BY position LIMIT %s FOR UPDATE{'' if wait else ' SKIP LOCKED'}",
        (send_id, company_id, most),
    )


def encrypt(
    tx: Transaction, company_id: str, send_id: str, data_key_id: int, records: Sequence[tuple[int, bytes]]
) -> int:
    """Put the sealed record in place of number and pointer, in one set-based statement; how many rows."""
    tx.execute(
        "CREATE TEMPORARY TABLE IF NOT EXISTS sealed_records"
        " (position INT UNSIGNED NOT NULL PRIMARY KEY, record VARBINARY(255) NOT NULL)"
    )
    tx.execute("DELETE FROM sealed_records")
    tx.insert_many("INSERT INTO sealed_records (position, record) VALUES (%s, %s)", records)
    return tx.execute(
        "UPDATE deliveries d JOIN sealed_records r ON r.position = d.position"
        " SET d.record = r.record, d.data_key_id = %s, d.phone = NULL, d.coupon_id = NULL, d.sealed_values = NULL"
        " WHERE d.send_id = %s AND d.company_id = %s AND d.record IS NULL",
        (data_key_id, send_id, company_id),
    )


def doubt_what_began(tx: Transaction, company_id: str, send_id: str) -> None:
    """What is still in a call when its time is over is in doubt."""
    tx.execute(
        "UPDATE deliveries SET state = 'unknown', reason = 'no_answer', claimed_until = NULL"
        " WHERE send_id = %s AND company_id = %s AND state IN %s",
        (send_id, company_id, sources(DeliveryState.UNKNOWN)),
    )


def stop(tx: Transaction, company_id: str, send_id: str, state: DeliveryState, reason: str | None) -> Stopped:
    """End what has not begun to leave; a coupon that was asked for is no longer wanted."""
    place = (send_id, company_id, NOT_BEGUN)
    tx.execute(
        "UPDATE coupons c JOIN deliveries d ON d.coupon_id = c.id SET c.unwanted = TRUE, c.sealed_code = NULL"
        " WHERE d.send_id = %s AND d.company_id = %s AND d.state IN %s",
        place,
    )
    ended = (
        "UPDATE deliveries SET state = %s, reason = %s, sealed_values = NULL, claimed_by = NULL, claimed_until = NULL"
        " WHERE send_id = %s AND company_id = %s AND state IN %s AND coupon_id IS"
    )
    with_coupon = tx.execute(f"{ended} NOT NULL", (state, reason, *place))
    return Stopped(with_coupon, tx.execute(f"{ended} NULL", (state, reason, *place)))


def chunks_under_way(tx: Transaction, company_id: str, send_id: str, size: int, most: int) -> list[int]:
    """The first positions of the send's first chunks with something under way."""
    numbers = tx.values(
        "SELECT DISTINCT (position - 1) DIV %s AS chunk FROM deliveries"
        " WHERE send_id = %s AND company_id = %s AND state IN %s ORDER BY chunk LIMIT %s",
        (size, send_id, company_id, UNDER_WAY, most),
    )
    return [int(number) * size + 1 for number in numbers]


def sent_after_all(
    tx: Transaction, company_id: str, send_id: str, position: int, sms_ref: str | None, now: datetime
) -> tuple[str | None] | None:
    """A delivery in doubt was sent: (its coupon), or None where it is not in doubt."""
    place = (send_id, company_id, position)
    found = tx.one(
        lambda coupon_id: (coupon_id,),
        "SELECT coupon_id FROM deliveries WHERE send_id = %s AND company_id = %s AND position = %s"
        " AND state = 'unknown' FOR UPDATE",
        place,
    )
    if found:
        tx.execute(
            "UPDATE deliveries SET state = 'sent', reason = NULL, sms_ref = %s, sent_at = %s, sealed_values = NULL,"
            " claimed_by = NULL WHERE send_id = %s AND company_id = %s AND position = %s",
            (sms_ref, now, *place),
        )
    return found


def overdue(tx: Transaction, now: datetime) -> int:
    """Rows in clear over their limit. Must be 0."""
    return int(
        tx.value(
            "SELECT COUNT(*) FROM sends s JOIN deliveries d ON d.send_id = s.id AND d.company_id = s.company_id"
            " WHERE s.encrypted_at IS NULL AND s.encrypt_at < %s AND d.record IS NULL"
            " /* all companies: the law is one for all */",
            (now,),
        )
    )


def companies_that_reached(tx: Transaction, sender: str, fingerprints: Sequence[tuple[str, bytes]]) -> list[str]:
    """Of (company, fingerprint), the companies that have sent to that person from this sender."""
    if not fingerprints:
        return []
    return tx.values(
        "SELECT DISTINCT d.company_id FROM deliveries d"
        " JOIN sends s ON s.id = d.send_id AND s.company_id = d.company_id"
        " WHERE s.sender = %s AND (d.company_id, d.fingerprint) IN %s",
        (sender, list(fingerprints)),
    )
