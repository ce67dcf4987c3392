"""Persons, their memberships in companies, login links and sessions."""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from shared.database.queries.stops import WHY_STOPPED
from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.masked import Masked


class Person(Masked, frozen=True):
    hidden: ClassVar = ("email", "first_name", "last_name")

    id: str
    email: str
    first_name: str
    last_name: str


class Membership(Struct, frozen=True):
    member_id: str
    company_id: str
    company_name: str
    role: str


class Session(Struct, frozen=True):
    """Who is asking, a person or a program. `member_id` is an API key's id for a program, which is no person: its
    `person_id` is empty, and `scopes` say what it may do. With a test key nothing is real."""

    member_id: str
    company_id: str
    role: str
    person_id: str
    scopes: frozenset[str] = frozenset()
    is_test: bool = False
    stop_reason: str | None = None
    """Why UpUp has stopped the company, or None."""

    @property
    def is_key(self) -> bool:
        return not self.person_id


def find_by_email(tx: Transaction, email: str) -> Person | None:
    return tx.one(Person, "SELECT id, email, first_name, last_name FROM persons WHERE email = %s", (email,))


def get(tx: Transaction, person_id: str) -> Person | None:
    return tx.one(Person, "SELECT id, email, first_name, last_name FROM persons WHERE id = %s", (person_id,))


def lock(tx: Transaction, person_id: str) -> bool:
    """Whether the person is here; held still, so that nobody deletes who is becoming a member, or the other way."""
    return bool(tx.value("SELECT 1 FROM persons WHERE id = %s FOR UPDATE", (person_id,)))


def add(tx: Transaction, person: Person, now: datetime) -> Person:
    """Add a person, or give the one who has that e-mail, unchanged."""
    tx.execute(
        "INSERT IGNORE INTO persons (id, email, first_name, last_name, created_at) VALUES (%s, %s, %s, %s, %s)",
        (person.id, person.email, person.first_name, person.last_name, now),
    )
    return find_by_email(tx, person.email) or person


def add_member(tx: Transaction, member_id: str, company_id: str, person_id: str, role: str, now: datetime) -> None:
    tx.execute(
        "INSERT INTO members (id, company_id, person_id, role, created_at) VALUES (%s, %s, %s, %s, %s)",
        (member_id, company_id, person_id, role, now),
    )


def memberships(tx: Transaction, person_id: str) -> list[Membership]:
    """All companies of one person: those that are paid for come first, then the older membership.

    Anybody can sign up a company with another's address; that one must not be where a login leads. Nor one that is
    letting go of the person, until a supplier that is away has confirmed.
    """
    return tx.all(
        Membership,
        "SELECT m.id, m.company_id, c.name, m.role FROM members m JOIN companies c ON c.id = m.company_id"
        " WHERE m.person_id = %s AND c.state <> 'closed' AND NOT EXISTS (SELECT 1 FROM privacy_requests r"
        " WHERE r.company_id = m.company_id AND r.person_id = m.person_id AND r.kind = 'erase'"
        " AND r.state = 'in_progress' AND r.began_at >= m.created_at)"
        " ORDER BY c.state IN ('active', 'past_due', 'closing') DESC, m.created_at, m.id",
        (person_id,),
    )


def add_login_link(tx: Transaction, token_hmac: bytes, person_id: str, expires_at: datetime) -> None:
    tx.execute(
        "INSERT INTO login_links (token_hmac, person_id, expires_at) VALUES (%s, %s, %s)",
        (token_hmac, person_id, expires_at),
    )


def spend_login_link(tx: Transaction, token_hmac: bytes, now: datetime) -> str | None:
    """The person whose link it is; the link is gone, so that it works once."""
    person_id = tx.value(
        "SELECT person_id FROM login_links WHERE token_hmac = %s AND expires_at > %s FOR UPDATE",
        (token_hmac, now),
    )
    tx.execute("DELETE FROM login_links WHERE token_hmac = %s", (token_hmac,))
    return str(person_id) if person_id else None


def add_session(tx: Transaction, token_hmac: bytes, member: Membership, now: datetime, expires_at: datetime) -> None:
    tx.execute(
        "INSERT INTO sessions (token_hmac, id, company_id, member_id, created_at, last_seen_on, expires_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s)",
        (token_hmac, ids.new_id("ses"), member.company_id, member.member_id, now, now.date(), expires_at),
    )


def session(tx: Transaction, token_hmac: bytes, now: datetime) -> Session | None:
    """Who is logged in, with the role of this very moment. The day is noted."""
    found = tx.one(
        lambda seen, why, member, company, role, person: (
            Session(member, company, role, person, stop_reason=why),
            seen,
        ),
        f"SELECT s.last_seen_on, {WHY_STOPPED}, m.id, m.company_id, m.role, m.person_id"
        " FROM sessions s JOIN members m ON m.id = s.member_id AND m.company_id = s.company_id"
        " JOIN companies c ON c.id = s.company_id WHERE s.token_hmac = %s AND s.expires_at > %s",
        (token_hmac, now),
    )
    if found is None:
        return None
    if found[1] < now.date():
        tx.execute(
            "UPDATE sessions SET last_seen_on = %s WHERE token_hmac = %s"
            " /* all companies: one token has one session */",
            (now.date(), token_hmac),
        )
    return found[0]


def end_session(tx: Transaction, token_hmac: bytes) -> None:
    tx.execute(
        "DELETE FROM sessions WHERE token_hmac = %s /* all companies: one token has one session */",
        (token_hmac,),
    )


def emails_of_only(tx: Transaction, company_id: str) -> list[str]:
    """E-mails of a company's members who are in no other that goes on. One whose plan was never paid does not count:
    its people have not come to any supplier through it."""
    return tx.values(
        "SELECT p.email FROM members m JOIN persons p ON p.id = m.person_id WHERE m.company_id = %s AND NOT EXISTS"
        " (SELECT 1 FROM members o JOIN companies c ON c.id = o.company_id WHERE o.person_id = m.person_id"
        " AND o.company_id <> %s AND c.state IN ('active', 'past_due', 'closing')) ORDER BY p.email",
        (company_id, company_id),
    )


def erase_members(tx: Transaction, company_id: str) -> None:
    """Delete a company's members and sessions, and those persons, with their links, who are in no other company."""
    persons = tx.values("SELECT person_id FROM members WHERE company_id = %s FOR UPDATE", (company_id,))
    tx.execute("DELETE FROM sessions WHERE company_id = %s", (company_id,))
    tx.execute("DELETE FROM members WHERE company_id = %s", (company_id,))
    if not persons:
        return
    gone = tx.values(
        "SELECT p.id FROM persons p LEFT JOIN members m ON m.person_id = p.id WHERE p.id IN %s AND m.id IS NULL"
        " /* all companies: a person may be in several */",
        (persons,),
    )
    if gone:
        tx.execute("DELETE FROM login_links WHERE person_id IN %s", (gone,))
        tx.execute("DELETE FROM contact_syncs WHERE person_id IN %s", (gone,))
        tx.execute("DELETE FROM persons WHERE id IN %s", (gone,))


def erase_without_company(tx: Transaction) -> int:
    """Delete persons who are no member anywhere, and their links; how many.

    One whom a supplier may still know, or who is being erased, stays until the suppliers have confirmed: they know
    people by their e-mail.
    """
    tx.execute(
        "DELETE l FROM login_links l LEFT JOIN members m ON m.person_id = l.person_id WHERE m.id IS NULL"
        " /* all companies: a person without any */"
    )
    return tx.execute(
        "DELETE p FROM persons p LEFT JOIN members m ON m.person_id = p.id WHERE m.id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM privacy_requests r WHERE r.person_id = p.id)"
        " AND NOT EXISTS (SELECT 1 FROM contact_syncs s WHERE s.person_id = p.id)"
        " /* all companies: a person without any */"
    )
