"""Who has opted out of which company, by fingerprint only."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice

from shared.database.transactions import Transaction

AT_ONCE = 2_000


def add(tx: Transaction, company_id: str, fingerprint: bytes, today: date) -> None:
    """Opt out; again changes nothing."""
    tx.execute(
        "INSERT IGNORE INTO opt_outs (company_id, fingerprint, opted_out_on) VALUES (%s, %s, %s)",
        (company_id, fingerprint, today),
    )


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
