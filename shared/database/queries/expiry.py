"""Deleting rows whose period is over, in any table of the data map."""

from datetime import datetime

from shared.database.transactions import Transaction


def delete(tx: Transaction, table: str, column: str, until: datetime, most: int) -> int:
    """Delete rows with a moment up to this one, so many at most; how many. The names are the data map's own.

    Where the database itself keeps rows for a time, it is told how far this erasing goes.
    """
    tx.execute("SET @erase_until = %s", (until,))
    deleted = tx.execute(
        f"DELETE FROM {table} WHERE {column} <= %s LIMIT %s /* all companies: the period is one for all */",
        (until, most),
    )
    tx.execute("SET @erase_until = NULL")
    return deleted
