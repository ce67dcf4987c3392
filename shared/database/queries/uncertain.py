"""Deliveries in doubt, as UpUp's staff see and settle them."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction

Place = tuple[datetime, str, int]
"""Since when, send, position."""


class Uncertain(Struct, frozen=True):
    send_id: str
    position: int
    company_id: str
    since: datetime
    reason: str | None
    phone: str | None

    def __repr__(self) -> str:
        return f"Uncertain({self.send_id}, {self.position})"


class Settling(Struct, frozen=True):
    """What can be decided of one delivery. A coupon's `code` is sealed, and gone once its SMS has been sent."""

    state: str
    sms_ref: str | None
    phone: str | None
    coupon_state: str | None
    coupon_unwanted: bool | None
    code: bytes | None

    def __repr__(self) -> str:
        return f"Settling({self.state})"


def page(tx: Transaction, before: Place | None, most: int) -> list[Uncertain]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (t.since, t.send_id, t.position) < (%s, %s, %s)", before)
    return tx.all(
        Uncertain,
        "SELECT t.send_id, t.position, t.company_id, t.since, d.reason, d.phone FROM sms_doubts t"
        " JOIN deliveries d ON d.send_id = t.send_id AND d.position = t.position AND d.company_id = t.company_id"
        f" WHERE d.state = 'unknown'{where} ORDER BY t.since DESC, t.send_id DESC, t.position DESC LIMIT %s",
        (*place, most),
    )


def lock(tx: Transaction, company_id: str, send_id: str, position: int) -> Settling | None:
    """The delivery, held still until the transaction ends."""
    return tx.one(
        Settling,
        "SELECT d.state, d.sms_ref, d.phone, c.state, c.unwanted, c.sealed_code"
        " FROM deliveries d LEFT JOIN coupons c ON c.id = d.coupon_id"
        " WHERE d.send_id = %s AND d.company_id = %s AND d.position = %s FOR UPDATE",
        (send_id, company_id, position),
    )


def send_again(tx: Transaction, company_id: str, send_id: str, position: int, now: datetime) -> None:
    """Put a delivery in doubt back before its SMS, and its send back to work. No worker holds it any more."""
    tx.execute(
        "UPDATE deliveries SET state = 'issued', reason = NULL, sms_ref = NULL, claimed_by = NULL,"
        " claimed_until = NULL WHERE send_id = %s AND company_id = %s AND position = %s AND state = 'unknown'",
        (send_id, company_id, position),
    )
    tx.execute(
        "UPDATE sends SET state = 'processing', nudged_at = %s"
        " WHERE id = %s AND company_id = %s AND state IN ('processing', 'done')",
        (now, send_id, company_id),
    )
