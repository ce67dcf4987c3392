"""How each supplier fares, under a lock of its own."""

from datetime import datetime

from shared.database.transactions import Transaction, columns
from shared.domain.supplier_gate import GateState


def lock(tx: Transaction, name: str, now: datetime) -> GateState:
    """The supplier's state, held still until the transaction ends."""
    locked = f"SELECT {columns(GateState)} FROM suppliers WHERE name = %s FOR UPDATE"
    found = tx.one(GateState, locked, (name,))
    if found is None:
        # only where it is missing: an INSERT that is ignored would hold the row shared, and two such deadlock
        tx.execute(
            "INSERT IGNORE INTO suppliers (name, tokens, refilled_at, failures) VALUES (%s, 0, %s, 0)", (name, now)
        )
        found = tx.one(GateState, locked, (name,))
    return found or GateState(0, now)


def save(tx: Transaction, name: str, state: GateState) -> None:
    tx.execute(
        "UPDATE suppliers SET tokens = %s, refilled_at = %s, failures = %s, blocked_until = %s WHERE name = %s",
        (state.tokens, state.refilled_at, state.failures, state.blocked_until, name),
    )
