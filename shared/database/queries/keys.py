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


def forget_data_keys(tx: Transaction, most: int) -> int:
    """Delete keys under which no row lies any more and none will: their day's sends are all encrypted; how many."""
    gone = tx.values(
        "SELECT k.id FROM data_keys k WHERE NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.data_key_id = k.id)"
        " AND NOT EXISTS (SELECT 1 FROM sends s WHERE s.company_id = k.company_id AND s.encrypted_at IS NULL"
        " AND s.created_at >= k.send_day AND s.created_at < k.send_day + INTERVAL 1 DAY)"
        " ORDER BY k.id LIMIT %s /* all companies: the law is one for all */",
        (most,),
    )
    if not gone:
        return 0
    return tx.execute("DELETE FROM data_keys WHERE id IN %s /* all companies: those found above */", (gone,))
