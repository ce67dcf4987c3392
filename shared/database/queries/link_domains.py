"""Domains that companies may link to in their texts, besides the gift's link."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction, columns
from shared.domain.misuse import State


class LinkDomain(Struct, frozen=True):
    id: str
    company_id: str
    domain: str
    state: str
    reason: str | None
    asked_at: datetime
    decided_at: datetime | None


def approved(tx: Transaction, company_id: str) -> frozenset[str]:
    return frozenset(
        tx.values("SELECT domain FROM link_domains WHERE company_id = %s AND state = 'approved'", (company_id,))
    )


def add(tx: Transaction, one: LinkDomain) -> None:
    """One that the company has already stays as it is."""
    tx.execute(
        f"INSERT IGNORE INTO link_domains ({columns(LinkDomain)}) VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (one.id, one.company_id, one.domain, one.state, one.reason, one.asked_at, one.decided_at),
    )


def find(tx: Transaction, company_id: str, domain: str) -> LinkDomain | None:
    return tx.one(
        LinkDomain,
        f"SELECT {columns(LinkDomain)} FROM link_domains WHERE company_id = %s AND domain = %s",
        (company_id, domain),
    )


def get(tx: Transaction, company_id: str, domain_id: str) -> LinkDomain | None:
    return tx.one(
        LinkDomain,
        f"SELECT {columns(LinkDomain)} FROM link_domains WHERE id = %s AND company_id = %s",
        (domain_id, company_id),
    )


def lock_any(tx: Transaction, domain_id: str) -> LinkDomain | None:
    """Whoever's it is, held still until the transaction ends."""
    return tx.one(
        LinkDomain,
        f"SELECT {columns(LinkDomain)} FROM link_domains WHERE id = %s FOR UPDATE /* all companies: staff decide */",
        (domain_id,),
    )


def count(tx: Transaction, company_id: str) -> int:
    return int(tx.value("SELECT COUNT(*) FROM link_domains WHERE company_id = %s", (company_id,)))


def ask_again(tx: Transaction, one: LinkDomain, now: datetime) -> None:
    tx.execute(
        "UPDATE link_domains SET state = 'asked', reason = NULL, asked_at = %s, decided_at = NULL"
        " WHERE id = %s AND company_id = %s",
        (now, one.id, one.company_id),
    )


def decide(tx: Transaction, one: LinkDomain, state: State, reason: str | None, now: datetime) -> None:
    tx.execute(
        "UPDATE link_domains SET state = %s, reason = %s, decided_at = %s WHERE id = %s AND company_id = %s",
        (state, reason, now, one.id, one.company_id),
    )


def remove(tx: Transaction, company_id: str, domain_id: str) -> None:
    tx.execute("DELETE FROM link_domains WHERE id = %s AND company_id = %s", (domain_id, company_id))


def page(
    tx: Transaction, company_id: str | None, state: str | None, before: tuple[datetime, str] | None, most: int
) -> list[LinkDomain]:
    """Newest first, from just before the given place; None is every company's, or every state."""
    conditions, values = ["1 = 1"], list[object]()
    if company_id is not None:
        conditions.append("company_id = %s")
        values.append(company_id)
    if state is not None:
        conditions.append("state = %s")
        values.append(state)
    if before is not None:
        conditions.append("(asked_at, id) < (%s, %s)")
        values += before
    return tx.all(
        LinkDomain,
        f"SELECT {columns(LinkDomain)} FROM link_domains WHERE {' AND '.join(conditions)}"
        " ORDER BY asked_at DESC, id DESC LIMIT %s /* all companies: staff see everybody's */",
        (*values, most),
    )


def asked(tx: Transaction) -> int:
    """Questions that wait for staff."""
    return int(
        tx.value("SELECT COUNT(*) FROM link_domains WHERE state = 'asked' /* all companies: one count for all */")
    )
