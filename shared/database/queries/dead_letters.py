"""Messages that Pub/Sub gave up: kept until a person has them tried again."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction, columns


class DeadLetter(Struct, frozen=True):
    """`body` is the message as it was: JSON with ids only. `replayed_at` is None while nobody has seen to it."""

    id: str
    outbox_id: int
    topic: str
    body: str
    reason: str
    attempts: int
    published_at: datetime
    kept_at: datetime
    replayed_at: datetime | None


def keep(tx: Transaction, letter: DeadLetter) -> bool:
    """Whether it is new: the same message again changes nothing."""
    names = columns(DeadLetter).split(", ")
    return bool(
        tx.execute(
            f"INSERT INTO dead_letters ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
            " ON DUPLICATE KEY UPDATE id = id",
            [getattr(letter, name) for name in names],
        )
    )


def page(tx: Transaction, before: tuple[datetime, str] | None, most: int) -> list[DeadLetter]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" WHERE (kept_at, id) < (%s, %s)", before)
    return tx.all(
        DeadLetter,
        f"SELECT {columns(DeadLetter)} FROM dead_letters{where} ORDER BY kept_at DESC, id DESC LIMIT %s",
        (*place, most),
    )


def lock(tx: Transaction, letter_id: str) -> DeadLetter | None:
    return tx.one(DeadLetter, f"SELECT {columns(DeadLetter)} FROM dead_letters WHERE id = %s FOR UPDATE", (letter_id,))


def to_replay(tx: Transaction, kept_until: datetime, most: int) -> list[DeadLetter]:
    """The oldest that nobody has seen to, locked; those that another replay holds are left to it."""
    return tx.all(
        DeadLetter,
        f"SELECT {columns(DeadLetter)} FROM dead_letters WHERE replayed_at IS NULL AND kept_at <= %s"
        " ORDER BY kept_at, id LIMIT %s FOR UPDATE SKIP LOCKED",
        (kept_until, most),
    )


def replayed(tx: Transaction, letter_ids: Sequence[str], now: datetime) -> None:
    tx.execute("UPDATE dead_letters SET replayed_at = %s WHERE id IN %s", (now, list(letter_ids)))
