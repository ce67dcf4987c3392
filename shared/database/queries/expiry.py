"""Deleting rows whose period is over, in any table of the data map."""

from collections.abc import Sequence
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


def due(tx: Transaction, rules: Sequence[tuple[str, str, datetime]]) -> set[tuple[str, str]]:
    """Which of (table, column, until) have rows whose period is over, asked in one go: most have none at most times."""
    asked = " UNION ALL ".join(
        f"SELECT {place} WHERE EXISTS (SELECT 1 FROM {table} WHERE {column} <= %s"
        " /* all companies: the period is one for all */)"
        for place, (table, column, _) in enumerate(rules)
    )
    places = tx.values(asked, [until for _, _, until in rules]) if rules else []
    return {rules[int(place)][:2] for place in places}
