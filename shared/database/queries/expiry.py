"""Deleting rows whose period is over, in any table of the data map."""

from datetime import datetime

from shared.database.transactions import Transaction


def delete(tx: Transaction, table: str, column: str, until: datetime, most: int) -> int:
    """Delete rows with a moment up to this one, so many at most; how many. The names are the data map's own."""
    return tx.execute(
        f"DELETE FROM {table} WHERE {column} <= %s LIMIT %s /* all companies: the period is one for all */",
        (until, most),
    )
