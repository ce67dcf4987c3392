"""What is still to be published: written with its cause, deleted when Pub/Sub has it."""

import json
from datetime import datetime

from shared.database.transactions import Transaction
from shared.observability.context import traceparent
from shared.ports import Message


def put(tx: Transaction, topic: str, body: dict[str, object], now: datetime) -> None:
    """Write the message; it is published right after this transaction's commit. It holds ids only."""
    text, trace = json.dumps(body, separators=(",", ":")), traceparent()
    outbox_id = tx.insert(
        "INSERT INTO outbox (topic, body, created_at, traceparent) VALUES (%s, %s, %s, %s)", (topic, text, now, trace)
    )
    tx.outbox.append(Message(outbox_id, topic, text, trace))


def remove(tx: Transaction, outbox_ids: list[int]) -> None:
    tx.execute_alone("DELETE FROM outbox WHERE id IN %s", (outbox_ids,))


def left_behind(tx: Transaction, before: datetime, most: int) -> list[Message]:
    """Messages that their own process did not get published, locked against other relays."""
    return tx.all(
        Message,
        "SELECT id, topic, body, traceparent FROM outbox WHERE created_at < %s ORDER BY id LIMIT %s"
        " FOR UPDATE SKIP LOCKED",
        (before, most),
    )
