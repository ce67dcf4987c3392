"""The first answer to a request with an Idempotency-Key, by keyed hashes of key and body."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction


class Earlier(Struct, frozen=True):
    body_hmac: bytes
    status: int | None
    answer: str | None
    created_at: datetime


def begin(
    tx: Transaction,
    company_id: str,
    operation: str,
    key_hmac: bytes,
    body_hmac: bytes,
    now: datetime,
    oldest: datetime,
    answer: tuple[int, str] | tuple[None, None] = (None, None),
) -> Earlier | None:
    """Take the key for this request, waiting for one under way with the same; or give what was answered then.

    `answer`: status and text, where they are known already; else `finish` is to follow.
    """
    place = (company_id, operation, key_hmac)
    # not IGNORE: that shares its lock on what is there, and two who wait for the first would stand in each other's way
    inserted = tx.execute(
        "INSERT INTO idempotent_answers (company_id, operation, key_hmac, body_hmac, created_at, status, answer)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s) ON DUPLICATE KEY UPDATE company_id = company_id",
        (*place, body_hmac, now, *answer),
    )
    if inserted:
        return None
    earlier = tx.one(
        Earlier,
        "SELECT body_hmac, status, answer, created_at FROM idempotent_answers"
        " WHERE company_id = %s AND operation = %s AND key_hmac = %s FOR UPDATE",
        place,
    )
    if earlier is None or earlier.created_at >= oldest:
        return earlier
    tx.execute(
        "UPDATE idempotent_answers SET body_hmac = %s, created_at = %s, status = %s, answer = %s"
        " WHERE company_id = %s AND operation = %s AND key_hmac = %s",
        (body_hmac, now, *answer, *place),
    )
    return None


def taken_at(tx: Transaction, company_id: str, operation: str, key_hmac: bytes) -> datetime:
    """When the first request took the key, which must have been taken."""
    moment: datetime = tx.value(
        "SELECT created_at FROM idempotent_answers WHERE company_id = %s AND operation = %s AND key_hmac = %s",
        (company_id, operation, key_hmac),
    )
    return moment


def finish(tx: Transaction, company_id: str, operation: str, key_hmac: bytes, status: int, answer: str) -> None:
    tx.execute(
        "UPDATE idempotent_answers SET status = %s, answer = %s"
        " WHERE company_id = %s AND operation = %s AND key_hmac = %s",
        (status, answer, company_id, operation, key_hmac),
    )
