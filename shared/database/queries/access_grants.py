"""The access register: who has access to what, and when somebody last went through it."""

from datetime import date, datetime

from msgspec import Struct

from shared.database.transactions import Transaction, columns


class Grant(Struct, frozen=True):
    """A row of `access_grants`. `until` is when it was meant to end, `ended_at` when it did."""

    id: str
    name: str
    email: str
    organisation: str
    environment: str
    what: str
    role: str
    since: date
    until: date | None
    granted_by: str
    granted_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Grant({self.id})"


class Review(Struct, frozen=True):
    at: datetime
    staff: str


def add(tx: Transaction, one: Grant) -> None:
    names = columns(Grant).split(", ")
    tx.execute(
        f"INSERT INTO access_grants ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
        [getattr(one, name) for name in names],
    )


def get(tx: Transaction, grant_id: str) -> Grant | None:
    return tx.one(Grant, f"SELECT {columns(Grant)} FROM access_grants WHERE id = %s", (grant_id,))


def end(tx: Transaction, grant_id: str, staff: str, now: datetime) -> bool:
    """Whether it had not ended before."""
    return bool(
        tx.execute(
            "UPDATE access_grants SET ended_by = %s, ended_at = %s WHERE id = %s AND ended_at IS NULL",
            (staff, now, grant_id),
        )
    )


def page(tx: Transaction, before: tuple[datetime, str] | None, most: int) -> list[Grant]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" WHERE (granted_at, id) < (%s, %s)", before)
    return tx.all(
        Grant,
        f"SELECT {columns(Grant)} FROM access_grants{where} ORDER BY granted_at DESC, id DESC LIMIT %s",
        (*place, most),
    )


def open_emails(tx: Transaction, environment: str, today: date) -> set[str]:
    """Who has access to something there now, casefolded."""
    found = tx.values(
        "SELECT DISTINCT email FROM access_grants WHERE ended_at IS NULL AND environment = %s AND since <= %s",
        (environment, today),
    )
    return {email.casefold() for email in found}


def add_review(tx: Transaction, one: Review) -> None:
    tx.execute("INSERT INTO access_reviews (at, staff) VALUES (%s, %s)", (one.at, one.staff))


def last_review(tx: Transaction) -> Review | None:
    return tx.one(Review, "SELECT at, staff FROM access_reviews ORDER BY at DESC, id DESC LIMIT 1")
