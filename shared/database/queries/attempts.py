"""Attempts that are counted: of whom is known only as a keyed hash."""

from datetime import datetime, timedelta

from shared.database.transactions import Transaction


def lock(tx: Transaction, subject_hmac: bytes, now: datetime) -> datetime | None:
    """Until when nothing more of this subject is taken, if it ever was so; no other counts it until the commit."""
    tx.execute(
        "INSERT INTO attempt_subjects (subject_hmac, last_at) VALUES (%s, %s) ON DUPLICATE KEY UPDATE last_at = %s",
        (subject_hmac, now, now),
    )
    return blocked_until(tx, subject_hmac)


def blocked_until(tx: Transaction, subject_hmac: bytes) -> datetime | None:
    found: datetime | None = tx.value(
        "SELECT blocked_until FROM attempt_subjects WHERE subject_hmac = %s", (subject_hmac,)
    )
    return found


def oldest_of(tx: Transaction, subject_hmac: bytes, most: int, since: datetime) -> datetime | None:
    """When the oldest of the last `most` attempts was, if there were so many after `since`."""
    found: datetime | None = tx.value(
        "SELECT at FROM attempts WHERE subject_hmac = %s AND at > %s ORDER BY at DESC LIMIT 1 OFFSET %s",
        (subject_hmac, since, most - 1),
    )
    return found


def add(tx: Transaction, subject_hmac: bytes, now: datetime) -> None:
    tx.execute("INSERT INTO attempts (subject_hmac, at) VALUES (%s, %s)", (subject_hmac, now))


def block(tx: Transaction, subject_hmac: bytes, until: datetime) -> None:
    tx.execute("UPDATE attempt_subjects SET blocked_until = %s WHERE subject_hmac = %s", (until, subject_hmac))


def beginning(now: datetime, within: timedelta, unblocked: datetime | None) -> datetime:
    """After which attempts count: those before a block have been paid for by waiting."""
    return max(now - within, unblocked - timedelta(microseconds=1)) if unblocked else now - within
