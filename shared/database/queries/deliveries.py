"""Deliveries: one recipient of one send. Every step takes its rows by a claim with an owner and an end."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice

from msgspec import Struct

from shared.database.queries import webhook_events
from shared.database.queries.webhook_events import Moved
from shared.database.transactions import Transaction
from shared.domain.delivery import UNDER_WAY, DeliveryState, sources

ADDED_AT_ONCE = 1_000
"""In one statement, which a server takes also where each has the longest values: of at most 16 MiB."""

NOT_BEGUN = (DeliveryState.ACCEPTED, DeliveryState.ISSUING, DeliveryState.ISSUED)


class Shown(Struct, frozen=True):
    """A delivery as its company sees it."""

    position: int
    state: str
    reason: str | None
    phone: str | None
    encrypted: bool
    """With neither a number nor this, the person was erased."""
    gift_state: str | None
    sent_at: datetime | None
    delivered_at: datetime | None
    test_coupon: str | None = None
    """Of a test: what its gift's link is made from."""
    resends: int = 0
    """How many times its link was asked for again."""

    def __repr__(self) -> str:
        return f"Shown({self.position}, {self.state})"


class Stopped(Struct, frozen=True):
    """How many deliveries were ended with and without a coupon asked for."""

    with_coupon: int
    without_coupon: int


class InClear(Struct, frozen=True):
    position: int
    phone: str
    coupon_id: str | None

    def __repr__(self) -> str:
        return f"InClear({self.position})"


def add(tx: Transaction, company_id: str, send_id: str, rows: Iterable[tuple[str, bytes, bytes | None]]) -> None:
    """Add (E.164 number, fingerprint, sealed values) in the order of their positions from 1."""
    numbered = enumerate(rows, start=1)
    while some := [_new(position, *row) for position, row in islice(numbered, ADDED_AT_ONCE)]:
        tx.execute(
            "INSERT INTO deliveries (send_id, company_id, state, position, phone, fingerprint, sealed_values)"
            f" VALUES {','.join(some)}",
            {"send_id": send_id, "company_id": company_id},
        )


def _new(position: int, phone: str, fingerprint: bytes, values: bytes | None) -> str:
    # whole numbers and hexadecimals need no escaping, which would take longer than judging a row
    number, sealed = phone.encode().hex(), "NULL" if values is None else f"x'{values.hex()}'"
    return f"(%(send_id)s,%(company_id)s,'accepted',{position:d},x'{number}',x'{fingerprint.hex()}',{sealed})"


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


def page(
    tx: Transaction, company_id: str, send_id: str, after: int, most: int, state: DeliveryState | None = None
) -> list[Shown]:
    """In the order of the upload, from just after a position; all, or those in a state."""
    return tx.all(
        lambda position, state, reason, phone, encrypted, *rest: Shown(
            position, state, reason, phone, bool(encrypted), *rest
        ),
        "SELECT d.position, d.state, d.reason, d.phone, d.record IS NOT NULL, c.state, d.sent_at, d.delivered_at,"
        " IF(c.test, c.id, NULL), (SELECT COUNT(*) FROM extra_sms x WHERE x.send_id = d.send_id"
        " AND x.company_id = d.company_id AND x.position = d.position AND x.kind = 'resend')"
        " FROM deliveries d LEFT JOIN coupons c ON c.id = d.coupon_id"
        f" WHERE d.company_id = %s AND d.send_id = %s AND d.position > %s{' AND d.state = %s' if state else ''}"
        " ORDER BY d.position LIMIT %s",
        (company_id, send_id, after, *([state] if state else []), most),
    )


def in_clear(tx: Transaction, company_id: str, send_id: str, first: int, last: int, *, wait: bool) -> list[InClear]:
    """Rows to encrypt of these positions, locked; those that another worker holds are waited for or left out.

    One whose person was erased holds nothing to encrypt.
    """
    return tx.all(
        InClear,
        "SELECT position, phone, coupon_id FROM deliveries WHERE send_id = %s AND company_id = %s"
        " AND position BETWEEN %s AND %s AND record IS NULL AND phone IS NOT NULL ORDER BY position"
        f" FOR UPDATE{'' if wait else ' SKIP LOCKED'}",
        (send_id, company_id, first, last),
    )


def encrypt(
    tx: Transaction, company_id: str, send_id: str, data_key_id: int, records: Sequence[tuple[int, bytes]]
) -> int:
    """Put the sealed record in place of number and pointer, in one set-based statement; how many rows."""
    # whole numbers and hexadecimals need no escaping, which would take longer than sealing did
    rows = ",".join([f'[{position:d},"{record.hex()}"]' for position, record in records])
    # from the records to their rows: the other way round it would wait for the rows that others hold
    return tx.execute(
        f"UPDATE JSON_TABLE('[{rows}]', '$[*]' COLUMNS (position INT UNSIGNED PATH '$[0]',"
        " record VARCHAR(510) CHARACTER SET ascii PATH '$[1]')) r STRAIGHT_JOIN deliveries d ON d.position = r.position"
        " SET d.record = UNHEX(r.record), d.data_key_id = %s, d.phone = NULL, d.coupon_id = NULL,"
        " d.sealed_values = NULL"
        " WHERE d.send_id = %s AND d.company_id = %s AND d.record IS NULL",
        (data_key_id, send_id, company_id),
    )


def doubt_what_began(tx: Transaction, company_id: str, send_id: str, now: datetime) -> None:
    """What is still in a call when its time is over is in doubt."""
    began, place = sources(DeliveryState.UNKNOWN), (send_id, company_id)
    webhook_events.deliveries_move(tx, place, "state IN %s", [began], (DeliveryState.UNKNOWN, "no_answer"), now)
    tx.execute(
        "UPDATE deliveries SET state = 'unknown', reason = 'no_answer', claimed_until = NULL"
        " WHERE send_id = %s AND company_id = %s AND state IN %s",
        (*place, began),
    )


def stop(
    tx: Transaction, company_id: str, send_id: str, state: DeliveryState, reason: str | None, now: datetime
) -> Stopped:
    """End what has not begun to leave; a coupon that was asked for is no longer wanted."""
    webhook_events.deliveries_move(tx, (send_id, company_id), "state IN %s", [NOT_BEGUN], (state, reason), now)
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
        webhook_events.deliveries_moved(tx, company_id, send_id, [Moved(position, DeliveryState.SENT)], now)
    return found


def overdue(tx: Transaction, now: datetime) -> int:
    """Rows in clear over their limit. Must be 0."""
    return int(
        tx.value(
            "SELECT COUNT(*) FROM sends s JOIN deliveries d ON d.send_id = s.id AND d.company_id = s.company_id"
            " WHERE s.encrypted_at IS NULL AND s.encrypt_at < %s AND d.phone IS NOT NULL"
            " /* all companies: the law is one for all */",
            (now,),
        )
    )


def in_clear_though_encrypted(tx: Transaction, since: datetime) -> int:
    """Rows in clear of sends that were noted as encrypted since then, whatever the note says. Must be 0."""
    return int(
        tx.value(
            "SELECT COUNT(*) FROM sends s JOIN deliveries d ON d.send_id = s.id AND d.company_id = s.company_id"
            " WHERE s.encrypted_at >= %s AND d.phone IS NOT NULL /* all companies: the law is one for all */",
            (since,),
        )
    )


def companies_that_reached(tx: Transaction, sender: str, fingerprints: Sequence[tuple[str, bytes]]) -> list[str]:
    """Of (company, fingerprint), the companies that have sent to that person from this sender."""
    if not fingerprints:
        return []
    return tx.values(
        "SELECT DISTINCT d.company_id FROM deliveries d"
        " JOIN sends s ON s.id = d.send_id AND s.company_id = d.company_id"
        " WHERE s.sender = %s AND NOT s.test AND (d.company_id, d.fingerprint) IN %s",
        (sender, list(fingerprints)),
    )
