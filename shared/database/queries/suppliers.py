"""How each supplier fares, under a lock of its own, and the turns of the calls to it."""

from datetime import datetime

from shared.database.transactions import Transaction, columns
from shared.domain.supplier_gate import GateState


def read(tx: Transaction, name: str) -> GateState | None:
    return tx.one(GateState, f"SELECT {columns(GateState)} FROM suppliers WHERE name = %s", (name,))


def swap(tx: Transaction, name: str, before: GateState, after: GateState) -> bool:
    """Put the state of a supplier that is well in place of the one that was read, where nobody has changed it since;
    committed by itself. Whether that was so."""
    return bool(
        tx.execute_alone(
            "UPDATE suppliers SET tokens = %s, refilled_at = %s WHERE name = %s AND tokens = %s AND refilled_at = %s"
            " AND failures = 0 AND blocked_until IS NULL",
            (after.tokens, after.refilled_at, name, before.tokens, before.refilled_at),
        )
    )


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


def is_well(tx: Transaction, name: str) -> bool:
    """Whether no call has failed since the last one that worked."""
    return bool(tx.value("SELECT 1 FROM suppliers WHERE name = %s AND failures = 0 AND blocked_until IS NULL", (name,)))


def save(tx: Transaction, name: str, state: GateState) -> None:
    tx.execute(
        "UPDATE suppliers SET tokens = %s, refilled_at = %s, failures = %s, blocked_until = %s WHERE name = %s",
        (state.tokens, state.refilled_at, state.failures, state.blocked_until, name),
    )


# Turns


def take_turn(tx: Transaction, name: str, now: datetime, until: datetime) -> int | None:
    """A free one, ours until then, or None."""
    turn: int | None = tx.value(
        "SELECT turn FROM supplier_turns WHERE supplier = %s AND taken_until <= %s ORDER BY turn LIMIT 1"
        " FOR UPDATE SKIP LOCKED",
        (name, now),
    )
    if turn is not None:
        tx.execute("UPDATE supplier_turns SET taken_until = %s WHERE supplier = %s AND turn = %s", (until, name, turn))
    return turn


def give_turn_back(tx: Transaction, name: str, turn: int, until: datetime, now: datetime) -> None:
    """If it is still ours: by the moment that it was taken until."""
    tx.execute(
        "UPDATE supplier_turns SET taken_until = %s WHERE supplier = %s AND turn = %s AND taken_until = %s",
        (now, name, turn, until),
    )
