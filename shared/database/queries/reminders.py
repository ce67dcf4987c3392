"""Sends whose gifts are to be reminded of, and which of their recipients have not opened theirs."""

from collections.abc import Sequence
from datetime import datetime

from shared.database.queries.claims import Chunk
from shared.database.queries.sends import Send
from shared.database.transactions import Transaction, columns
from shared.domain.reminder import BEFORE_ENCRYPTION, LAST, LEAST_REST

DUE = (
    "remind_at <= %s AND reminded_to < accepted AND state = 'done' AND created_at >= %s AND encrypt_at >= %s"
    " AND company_id IN (SELECT id FROM companies WHERE state = 'active' AND stopped_at IS NULL)"
)
"""With everything handed over, before the deadline, and of a company that may send."""


def _due(now: datetime) -> tuple[datetime, ...]:
    return now, now - LAST, now + BEFORE_ENCRYPTION


def due(tx: Transaction, now: datetime, after: str, most: int) -> list[tuple[str, str]]:
    """(company, send) of those with a chunk left to be looked at, from just after a send's id."""
    return tx.all(
        lambda company_id, send_id: (company_id, send_id),
        f"SELECT company_id, id FROM sends WHERE {DUE} AND id > %s ORDER BY id LIMIT %s"
        " /* all companies: one clock for all */",
        (*_due(now), after, most),
    )


def lock_due(tx: Transaction, company_id: str, send_id: str, now: datetime) -> Send | None:
    """The send, held still until the transaction ends; None where it is not due any more."""
    return tx.one(
        Send,
        f"SELECT {columns(Send)} FROM sends WHERE id = %s AND company_id = %s AND {DUE} FOR UPDATE",
        (send_id, company_id, *_due(now)),
    )


def unopened(tx: Transaction, chunk: Chunk, now: datetime) -> list[int]:
    """Positions of those who have had a usable gift for a while, and not opened it nor been reminded of it."""
    return tx.values(
        "SELECT d.position FROM deliveries d JOIN coupons c ON c.id = d.coupon_id AND c.company_id = d.company_id"
        " WHERE d.send_id = %s AND d.company_id = %s AND d.position BETWEEN %s AND %s"
        " AND d.state IN ('sent', 'delivered') AND d.phone IS NOT NULL"
        " AND COALESCE(d.sent_at, d.delivered_at) <= %s"
        " AND c.state = 'issued' AND NOT c.unwanted AND NOT c.cancelled AND c.valid_until >= %s"
        " AND NOT EXISTS (SELECT 1 FROM extra_sms x"
        " WHERE x.send_id = d.send_id AND x.position = d.position AND x.kind = 'reminder')"
        " ORDER BY d.position",
        (chunk.send_id, chunk.company_id, chunk.first, chunk.last, now - LEAST_REST, now.date()),
    )


def decided(tx: Transaction, chunk: Chunk, left_out: int) -> None:
    """Note that the chunk's reminders are asked for, but for so many that the balance did not cover."""
    tx.execute(
        "UPDATE sends SET reminded_to = %s, reminders_left_out = reminders_left_out + %s"
        " WHERE id = %s AND company_id = %s",
        (chunk.last, left_out, chunk.send_id, chunk.company_id),
    )


def sent(tx: Transaction, company_id: str, send_ids: Sequence[str]) -> dict[str, int]:
    """How many reminders of each send have left and have not failed."""
    if not send_ids:
        return {}
    return dict(
        tx.all(
            lambda send_id, number: (send_id, int(number)),
            "SELECT send_id, COUNT(*) FROM extra_sms WHERE company_id = %s AND send_id IN %s AND kind = 'reminder'"
            " AND state IN ('sent', 'delivered') GROUP BY send_id",
            (company_id, list(send_ids)),
        )
    )
