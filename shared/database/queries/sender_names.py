"""Senders that companies use: asked for, approved or refused, with the same question about their texts."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction, columns
from shared.domain.misuse import State


class SenderName(Struct, frozen=True):
    """`texts` is None where nothing suspicious was ever written under it. `reason`: why it was refused."""

    id: str
    company_id: str
    sender: str
    state: str
    texts: str | None
    reason: str | None
    asked_at: datetime
    decided_at: datetime | None


def add(tx: Transaction, one: SenderName) -> None:
    """One that the company has already stays as it is."""
    tx.execute(
        f"INSERT IGNORE INTO sender_names ({columns(SenderName)}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (one.id, one.company_id, one.sender, one.state, one.texts, one.reason, one.asked_at, one.decided_at),
    )


def find(tx: Transaction, company_id: str, sender: str) -> SenderName | None:
    return tx.one(
        SenderName,
        f"SELECT {columns(SenderName)} FROM sender_names WHERE company_id = %s AND sender = %s",
        (company_id, sender),
    )


def get(tx: Transaction, company_id: str, sender_id: str) -> SenderName | None:
    return tx.one(
        SenderName,
        f"SELECT {columns(SenderName)} FROM sender_names WHERE id = %s AND company_id = %s",
        (sender_id, company_id),
    )


def lock_any(tx: Transaction, sender_id: str) -> SenderName | None:
    """Whoever's it is, held still until the transaction ends."""
    return tx.one(
        SenderName,
        f"SELECT {columns(SenderName)} FROM sender_names WHERE id = %s FOR UPDATE /* all companies: staff decide */",
        (sender_id,),
    )


def count(tx: Transaction, company_id: str) -> int:
    return int(tx.value("SELECT COUNT(*) FROM sender_names WHERE company_id = %s", (company_id,)))


def ask_for_texts(tx: Transaction, company_id: str, sender: str, now: datetime) -> None:
    """Put the question of its texts to staff, where it has not been put before."""
    tx.execute(
        "UPDATE sender_names SET texts = 'asked', asked_at = %s WHERE company_id = %s AND sender = %s"
        " AND texts IS NULL",
        (now, company_id, sender),
    )


def ask_again(tx: Transaction, one: SenderName, now: datetime) -> None:
    tx.execute(
        "UPDATE sender_names SET state = 'asked', reason = NULL, asked_at = %s, decided_at = NULL"
        " WHERE id = %s AND company_id = %s",
        (now, one.id, one.company_id),
    )


def decide(
    tx: Transaction, one: SenderName, state: State, texts: State | None, reason: str | None, now: datetime
) -> None:
    tx.execute(
        "UPDATE sender_names SET state = %s, texts = %s, reason = %s, decided_at = %s"
        " WHERE id = %s AND company_id = %s",
        (state, texts, reason, now, one.id, one.company_id),
    )


def remove(tx: Transaction, company_id: str, sender_id: str) -> None:
    tx.execute("DELETE FROM sender_names WHERE id = %s AND company_id = %s", (sender_id, company_id))


def page(
    tx: Transaction, company_id: str | None, state: str | None, before: tuple[datetime, str] | None, most: int
) -> list[SenderName]:
    """Newest first, from just before the given place; None is every company's, or every state."""
    conditions, values = ["1 = 1"], list[object]()
    if company_id is not None:
        conditions.append("company_id = %s")
        values.append(company_id)
    if state is not None:
        conditions.append("(state = %s OR texts = %s)")
        values += [state, state]
    if before is not None:
        conditions.append("(asked_at, id) < (%s, %s)")
        values += before
    return tx.all(
        SenderName,
        f"SELECT {columns(SenderName)} FROM sender_names WHERE {' AND '.join(conditions)}"
        " ORDER BY asked_at DESC, id DESC LIMIT %s /* all companies: staff see everybody's */",
        (*values, most),
    )


def asked(tx: Transaction) -> int:
    """Questions that wait for staff."""
    return int(
        tx.value(
            "SELECT COUNT(*) FROM sender_names WHERE state = 'asked' OR texts = 'asked'"
            " /* all companies: one count for all */"
        )
    )
