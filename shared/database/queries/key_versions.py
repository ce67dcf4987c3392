"""Which versions of the companies' keys still open rows: no other may be destroyed before its last row is gone."""

from datetime import date

from msgspec import Struct

from shared.database.transactions import Transaction


class KeyVersion(Struct, frozen=True):
    """A version that wrapped data keys under which rows lie, how many, and the days of their sends."""

    company_id: str
    version: str
    data_keys: int
    first_send_day: date
    last_send_day: date


def page(tx: Transaction, after: tuple[str, str] | None, most: int) -> list[KeyVersion]:
    """By company and version, from just after the given place."""
    where, place = ("", ()) if after is None else (" AND (k.company_id, k.version) > (%s, %s)", after)
    return tx.all(
        KeyVersion,
        "SELECT k.company_id, k.version, COUNT(*), MIN(k.send_day), MAX(k.send_day) FROM data_keys k"
        # a look for each key; as EXISTS it would be made a join that reads all deliveries
        f" WHERE (SELECT 1 FROM deliveries d WHERE d.data_key_id = k.id LIMIT 1){where}"
        " GROUP BY k.company_id, k.version ORDER BY k.company_id, k.version LIMIT %s"
        " /* all companies: staff's own report */",
        (*place, most),
    )
