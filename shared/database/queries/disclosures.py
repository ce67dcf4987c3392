"""Disclosures of encrypted sends, and each reading: a row that is added before anything is deciphered."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.database.transactions import Transaction, columns
from shared.domain.disclosure import DisclosureState, state_at


class Disclosure(Struct, frozen=True):
    """A row of `disclosures`. The last three are None while nobody has approved."""

    id: str
    company_id: str
    send_id: str
    reason: str
    asked_by: str
    asked_at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    closes_at: datetime | None = None

    def state(self, now: datetime) -> DisclosureState:
        return state_at(now, self.asked_at, self.closes_at)


class Reading(Struct, frozen=True):
    """A row of `disclosure_readings`: which positions, and how many data keys it makes the key service decrypt."""

    disclosure_id: str
    company_id: str
    staff: str
    at: datetime
    first_position: int
    last_position: int
    decrypts: int


class SealedRow(Struct, frozen=True):
    """An encrypted delivery, with the data key that opens it as it is stored."""

    position: int
    state: str
    record: bytes
    data_key_id: int
    send_day: date
    key_version: str
    wrapped_key: bytes


def add(tx: Transaction, one: Disclosure) -> None:
    names = columns(Disclosure).split(", ")
    tx.execute(
        f"INSERT INTO disclosures ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
        [getattr(one, name) for name in names],
    )


def get(tx: Transaction, disclosure_id: str) -> Disclosure | None:
    return tx.one(
        Disclosure,
        f"SELECT {columns(Disclosure)} FROM disclosures WHERE id = %s /* all companies: staff's own list */",
        (disclosure_id,),
    )


def lock(tx: Transaction, disclosure_id: str) -> Disclosure | None:
    return tx.one(
        Disclosure,
        f"SELECT {columns(Disclosure)} FROM disclosures WHERE id = %s FOR UPDATE /* all companies: staff's own list */",
        (disclosure_id,),
    )


def page(tx: Transaction, before: tuple[datetime, str] | None, most: int) -> list[Disclosure]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" WHERE (asked_at, id) < (%s, %s)", before)
    return tx.all(
        Disclosure,
        f"SELECT {columns(Disclosure)} FROM disclosures{where} ORDER BY asked_at DESC, id DESC LIMIT %s"
        " /* all companies: staff's own list */",
        (*place, most),
    )


def approve(tx: Transaction, one: Disclosure) -> None:
    """Write down the last three fields."""
    tx.execute(
        "UPDATE disclosures SET approved_by = %s, approved_at = %s, closes_at = %s WHERE id = %s AND company_id = %s",
        (one.approved_by, one.approved_at, one.closes_at, one.id, one.company_id),
    )


def add_reading(tx: Transaction, one: Reading) -> None:
    names = columns(Reading).split(", ")
    tx.execute(
        f"INSERT INTO disclosure_readings ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
        [getattr(one, name) for name in names],
    )


def readings(tx: Transaction, disclosure_ids: list[str]) -> dict[str, int]:
    """How often each was read."""
    if not disclosure_ids:
        return {}
    rows = tx.all(
        lambda disclosure_id, number: (disclosure_id, number),
        "SELECT disclosure_id, COUNT(*) FROM disclosure_readings WHERE disclosure_id IN %s GROUP BY disclosure_id"
        " /* all companies: staff's own list */",
        (disclosure_ids,),
    )
    return dict(rows)


def decrypts(tx: Transaction, day: date) -> Mapping[str, int]:
    """How many decrypts the readings of a UTC day announced, by company."""
    rows = tx.all(
        lambda company_id, number: (company_id, int(number)),
        "SELECT company_id, SUM(decrypts) FROM disclosure_readings WHERE at >= %s AND at < %s GROUP BY company_id"
        " /* all companies: one comparison for all */",
        (day, day + timedelta(days=1)),
    )
    return dict(rows)


def encrypted_at(tx: Transaction, send_id: str) -> tuple[str, datetime | None] | None:
    """Whose a send is and since when it is encrypted, or None where there is no such send."""
    return tx.one(
        lambda company_id, since: (company_id, since),
        "SELECT company_id, encrypted_at FROM sends WHERE id = %s /* all companies: staff name the send alone */",
        (send_id,),
    )


def sealed(tx: Transaction, company_id: str, send_id: str, after: int, most: int) -> list[SealedRow]:
    """Encrypted deliveries in the order of the upload, from just after a position."""
    return tx.all(
        SealedRow,
        "SELECT d.position, d.state, d.record, k.id, k.send_day, k.version, k.wrapped FROM deliveries d"
        " JOIN data_keys k ON k.id = d.data_key_id AND k.company_id = d.company_id"
        " WHERE d.company_id = %s AND d.send_id = %s AND d.position > %s AND d.record IS NOT NULL"
        " ORDER BY d.position LIMIT %s",
        (company_id, send_id, after, most),
    )
