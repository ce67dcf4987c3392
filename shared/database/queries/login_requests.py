"""Login links that were asked for and are not mailed yet."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction


class LoginRequest(Struct, frozen=True):
    """`person_id` is None where nobody has the address."""

    id: str
    person_id: str | None
    asked_at: datetime
    claimed_until: datetime | None
    mailed_at: datetime | None


def add(tx: Transaction, request_id: str, person_id: str | None, now: datetime) -> None:
    tx.execute(
        "INSERT INTO login_requests (id, person_id, asked_at) VALUES (%s, %s, %s)",
        (request_id, person_id, now),
    )


def lock(tx: Transaction, request_id: str) -> LoginRequest | None:
    return tx.one(
        LoginRequest,
        "SELECT id, person_id, asked_at, claimed_until, mailed_at FROM login_requests WHERE id = %s FOR UPDATE",
        (request_id,),
    )


def claim(tx: Transaction, request_id: str, until: datetime) -> None:
    tx.execute("UPDATE login_requests SET claimed_until = %s WHERE id = %s", (until, request_id))


def ended(tx: Transaction, request_id: str, claimed_until: datetime, mailed_at: datetime | None) -> None:
    """Gives the claim back; without `mailed_at` the next may try."""
    tx.execute(
        "UPDATE login_requests SET claimed_until = NULL, mailed_at = %s WHERE id = %s AND claimed_until = %s",
        (mailed_at, request_id, claimed_until),
    )
