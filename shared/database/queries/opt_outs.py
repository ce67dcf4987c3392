"""Who has opted out of which company, by fingerprint only."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.opt_out import Source

AT_ONCE = 2_000


class OptOut(Struct, frozen=True):
    """As the company sees it: nothing of whose it is. Of old ones the source is not known."""

    id: str
    opted_out_on: date
    source: str | None


def add(
    tx: Transaction, company_id: str, fingerprint: bytes, today: date, source: Source = Source.LINK
) -> OptOut | None:
    """Opt out; again changes nothing. The new one, or None where there was one."""
    one = OptOut(ids.new_id("opt"), today, source)
    return one if _add(tx, company_id, [(one, fingerprint)]) else None


def add_many(tx: Transaction, company_id: str, fingerprints: Sequence[bytes], today: date, source: Source) -> int:
    """How many had not opted out before."""
    new = [(OptOut(ids.new_id("opt"), today, source), fingerprint) for fingerprint in fingerprints]
    return sum(_add(tx, company_id, new[start : start + AT_ONCE]) for start in range(0, len(new), AT_ONCE))


def _add(tx: Transaction, company_id: str, new: Sequence[tuple[OptOut, bytes]]) -> int:
    places = ", ".join(["(%s, %s, %s, %s, %s)"] * len(new))
    return tx.execute(
        f"INSERT IGNORE INTO opt_outs (id, company_id, fingerprint, opted_out_on, source) VALUES {places}",
        [
            value
            for one, fingerprint in new
            for value in (one.id, company_id, fingerprint, one.opted_out_on, one.source)
        ],
    )


def find(tx: Transaction, company_id: str, fingerprint: bytes) -> OptOut | None:
    return tx.one(
        OptOut,
        "SELECT id, opted_out_on, source FROM opt_outs WHERE company_id = %s AND fingerprint = %s",
        (company_id, fingerprint),
    )


def get(tx: Transaction, company_id: str, opt_out_id: str) -> OptOut | None:
    return tx.one(
        OptOut,
        "SELECT id, opted_out_on, source FROM opt_outs WHERE company_id = %s AND id = %s",
        (company_id, opt_out_id),
    )


def page(tx: Transaction, company_id: str, before: tuple[date, str] | None, most: int) -> list[OptOut]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (opted_out_on, id) < (%s, %s)", before)
    return tx.all(
        OptOut,
        f"SELECT id, opted_out_on, source FROM opt_outs WHERE company_id = %s{where}"
        " ORDER BY opted_out_on DESC, id DESC LIMIT %s",
        (company_id, *place, most),
    )


def withdraw(tx: Transaction, company_id: str, opt_out_id: str, member_id: str, now: datetime) -> bool:
    """Take it back, and note who did; whether it was there."""
    removed = tx.execute("DELETE FROM opt_outs WHERE company_id = %s AND id = %s", (company_id, opt_out_id))
    if removed:
        tx.execute(
            "INSERT INTO opt_out_withdrawals (company_id, opt_out_id, member_id, at) VALUES (%s, %s, %s, %s)",
            (company_id, opt_out_id, member_id, now),
        )
    return bool(removed)


def among(tx: Transaction, company_id: str, fingerprints: Iterable[bytes]) -> set[bytes]:
    """Those of the fingerprints that have opted out of the company."""
    found: set[bytes] = set()
    rest = iter(fingerprints)
    while chunk := list(islice(rest, AT_ONCE)):
        found.update(_chunk(tx, company_id, chunk))
    return found


def _chunk(tx: Transaction, company_id: str, fingerprints: Sequence[bytes]) -> list[bytes]:
    return tx.values(
        "SELECT fingerprint FROM opt_outs WHERE company_id = %s AND fingerprint IN %s",
        (company_id, fingerprints),
    )
