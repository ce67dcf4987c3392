"""How far a poll of a supplier has come."""

from shared.database.transactions import Transaction


def get(tx: Transaction, name: str) -> str:
    """The place to go on from; "" at the beginning. Locked, so that two polls do not go on at once."""
    return tx.value("SELECT value FROM cursors WHERE name = %s FOR UPDATE", (name,)) or ""


def put(tx: Transaction, name: str, value: str) -> None:
    tx.execute("DELETE FROM cursors WHERE name = %s", (name,))
    tx.execute("INSERT INTO cursors (name, value) VALUES (%s, %s)", (name, value))
