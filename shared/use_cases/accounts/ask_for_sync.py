"""What has changed of account holders is to reach the suppliers that know them: asked for in the same transaction."""

from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import contacts, outbox
from shared.database.transactions import Transaction
from shared.domain.topics import CONTACT_TOPICS


def contacts_changed(tx: Transaction, company_id: str, now: datetime) -> None:
    """Something that all members of a company share has changed, as its plan or its state."""
    _changed(tx, contacts.members(tx, company_id), now)


def contact_changed(tx: Transaction, person_id: str, now: datetime) -> None:
    """A person has joined or left a company, or has another name. Call it before the person's row is deleted."""
    _changed(tx, [person_id], now)


def _changed(tx: Transaction, person_ids: Sequence[str], now: datetime) -> None:
    pairs = [(person_id, supplier) for person_id in person_ids for supplier in contacts.SUPPLIERS]
    contacts.want(tx, pairs, now)
    ask_for_sync(tx, pairs, now)


def ask_for_sync(tx: Transaction, pairs: Sequence[tuple[str, str]], now: datetime) -> None:
    """A message for each (person, supplier)."""
    for person_id, supplier in pairs:
        outbox.put(tx, CONTACT_TOPICS[supplier], {"person_id": person_id}, now)
