"""Wrapped data keys: of the days in transit, and of encrypted deliveries."""

from datetime import date

from shared.database.transactions import Transaction
from shared.ports import WrappedKey


def transit_key(tx: Transaction, day: date) -> bytes | None:
    wrapped: bytes | None = tx.value("SELECT wrapped FROM transit_keys WHERE day = %s", (day,))
    return wrapped


def add_transit_key(tx: Transaction, day: date, key: WrappedKey) -> bytes | None:
    """Add the day's key unless another process was first, and return the one that counts."""
    tx.execute(
        "INSERT IGNORE INTO transit_keys (day, version, wrapped) VALUES (%s, %s, %s)",
        (day, key.version, key.ciphertext),
    )
    return transit_key(tx, day)


def forget_transit_keys(tx: Transaction, today: date) -> int:
    """Delete the keys of days before today with no text left; how many."""
    return tx.execute(
        "DELETE k FROM transit_keys k WHERE k.day < %s AND NOT EXISTS"
        " (SELECT 1 FROM sends s WHERE s.transit_day = k.day AND s.sealed_text IS NOT NULL)"
        " /* all companies: a day's key is common to them */",
        (today,),
    )


def add_data_key(tx: Transaction, company_id: str, send_day: date, key: WrappedKey) -> int:
    return tx.insert(
        "INSERT INTO data_keys (company_id, send_day, version, wrapped) VALUES (%s, %s, %s, %s)",
        (company_id, send_day, key.version, key.ciphertext),
    )
