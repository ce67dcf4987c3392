"""A supplier is brought in step with what is here of one account holder: told of them, or made to erase them.

What counts is the database at the moment of the call, so messages may come late, twice and in any order.
"""

import json
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from shared.database.queries import contacts, outbox, persons_data
from shared.database.queries.contacts import Holder, Sync
from shared.database.transactions import Database, Transaction, insist
from shared.domain.plan import PLANS
from shared.domain.topics import CONTACT_TOPICS
from shared.ports import Clock, Contact, ContactRefused, Crm, Forgotten, Marketing, OutcomeUnknown, SupplierUnavailable
from shared.privacy.tokens import TokenHasher
from shared.use_cases.suppliers.supplier_gate import Gate

CLAIM = timedelta(minutes=2)
"""Longer than a turn at the gate and every call of one person take."""

USAGE = timedelta(days=30)
PURPOSE = "contact"

PLAN_TAGS = tuple(plan.code for plan in PLANS)


class Supplier(Protocol):
    """One that knows account holders by their e-mail. Each call may be repeated; raises `SupplierUnavailable`."""

    @property
    def name(self) -> str: ...

    @property
    def calls(self) -> int:
        """How many telling or erasing makes."""
        ...

    def tell(self, contact: Contact) -> None:
        """Raises `ContactRefused`, `Forgotten`."""
        ...

    def erase(self, email: str) -> None: ...


class AtMailchimp(Struct, frozen=True):
    marketing: Marketing
    name: str = contacts.MAILCHIMP
    calls: int = 2

    def tell(self, contact: Contact) -> None:
        self.marketing.keep(contact)
        plan = [contact.plan] if contact.plan else []
        self.marketing.tag(contact.email, plan, [code for code in PLAN_TAGS if code not in plan])

    def erase(self, email: str) -> None:
        self.marketing.erase(email)


class AtHubSpot(Struct, frozen=True):
    crm: Crm
    name: str = contacts.HUBSPOT
    calls: int = 2

    def tell(self, contact: Contact) -> None:
        if self.crm.keep([contact]):
            raise ContactRefused("refused by HubSpot")

    def erase(self, email: str) -> None:
        self.crm.erase(email)


class Parts(Struct, frozen=True):
    database: Database
    clock: Clock
    tokens: TokenHasher
    gate: Gate
    supplier: Supplier


class _Turn(Struct, frozen=True):
    """What one worker has claimed: to tell `contact`, or to erase `email` where there is none."""

    sync: Sync
    until: datetime
    email: str
    contact: Contact | None

    def __repr__(self) -> str:
        return f"_Turn({self.sync.person_id}, {self.sync.supplier})"


def sync_contact(parts: Parts, person_id: str) -> None:
    """Does nothing where the supplier is in step, or another worker is at it: that one sees what came meanwhile.

    Raises `SupplierUnavailable`, and `SupplierPaused` while the supplier is left in peace.
    """
    turn = insist(parts.database, lambda tx: _take(parts, tx, person_id))
    if turn is None:
        return
    try:
        refusal = _call(parts, turn)
    except BaseException:
        insist(parts.database, lambda tx: contacts.release(tx, person_id, parts.supplier.name, turn.until))
        raise
    insist(parts.database, lambda tx: _write(parts, tx, turn, refusal))


def _take(parts: Parts, tx: Transaction, person_id: str) -> _Turn | None:
    now = parts.clock.now()
    sync = contacts.lock(tx, person_id, parts.supplier.name)
    if sync is None or sync.nudged_at is None or (sync.claimed_until and sync.claimed_until > now):
        return None
    holder = contacts.holders(tx, [person_id]).get(person_id)
    if holder is None:  # whoever deleted the person had the suppliers' word first
        contacts.erased(tx, sync)
        return None
    contact = contact_of(tx, holder, parts.supplier.name, now)
    if contact is None and sync.told_at is None:  # it was never told: what it may have of a visitor is not ours to end
        contacts.erased(tx, sync)
        return None
    until = now + CLAIM
    contacts.claim(tx, sync, until, now if contact else sync.told_at)
    return _Turn(sync, until, holder.email, contact)


def _call(parts: Parts, turn: _Turn) -> str | None:
    """Why the supplier will never take the person, if it will not."""
    parts.gate.enter(parts.supplier.calls)
    try:
        refusal = _tell_or_erase(parts.supplier, turn)
    except (SupplierUnavailable, OutcomeUnknown) as error:
        parts.gate.leave(True, getattr(error, "retry_after_seconds", None))
        raise
    parts.gate.leave(False)
    return refusal


def _tell_or_erase(supplier: Supplier, turn: _Turn) -> str | None:
    if turn.contact is None:
        supplier.erase(turn.email)
        return None
    try:
        supplier.tell(turn.contact)
    except Forgotten:
        return "forgotten"
    except ContactRefused:
        return "refused"
    return None


def _write(parts: Parts, tx: Transaction, turn: _Turn, refusal: str | None) -> None:
    """What changed during the call is asked for again. A person whom nobody knows any more is gone here too."""
    person_id, name = turn.sync.person_id, parts.supplier.name
    now = parts.clock.now()
    held = contacts.lock(tx, person_id, name)
    if held is None or held.claimed_until != turn.until:  # the claim ran out, and who has it now goes on
        return
    if turn.contact is None:
        contacts.erased(tx, turn.sync)
        if not contacts.is_known_anywhere(tx, person_id):
            persons_data.remove_person(tx, person_id)
    else:
        contacts.told(tx, turn.sync, digest_of(parts.tokens, name, turn.contact), refusal, now)
    contacts.release(tx, person_id, name, turn.until)
    if held.changes != turn.sync.changes:
        outbox.put(tx, CONTACT_TOPICS[name], {"person_id": person_id}, now)


# What a supplier should know


def contact_of(tx: Transaction, holder: Holder, supplier: str, now: datetime) -> Contact | None:
    """The person as the supplier should have them; None where they are in no company that goes on.

    Of several companies the dearest plan counts, and what all of them send.
    """
    if not holder.company_ids:
        return None
    figures = usage_of(tx, holder.company_ids, now) if supplier == contacts.HUBSPOT else {}
    return Contact(holder.email, holder.first_name, holder.last_name, dearest(holder.plans), figures)


def usage_of(tx: Transaction, company_ids: tuple[str, ...], now: datetime) -> dict[str, int]:
    """Counts, and nothing of any recipient."""
    found = [contacts.usage(tx, company_id, now - USAGE) for company_id in company_ids]
    return {
        "sends_30_days": sum(one.sends for one in found),
        "deliveries_30_days": sum(one.deliveries for one in found),
    }


def dearest(plans: tuple[str, ...]) -> str:
    return max(plans, key=lambda code: (price_of(code), code))


def price_of(code: str) -> int:
    """0 for a plan that is no longer sold."""
    return next((plan.price_ore for plan in PLANS if plan.code == code), 0)


def digest_of(tokens: TokenHasher, name: str, contact: Contact) -> bytes:
    """Changes with whatever the supplier is told, and tells nobody what that was."""
    told = [name, contact.email, contact.first_name, contact.last_name, contact.plan, sorted(contact.figures.items())]
    return tokens.digest(PURPOSE, json.dumps(told))
