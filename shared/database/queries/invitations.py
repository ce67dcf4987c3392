"""Invitations to become a company's member, and how many mails they have cost lately."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction, columns


class Invitation(Struct, frozen=True):
    id: str
    company_id: str
    email: str
    role: str
    invited_by: str
    mail: str
    """`wanted` until it is `sent`, or `refused` for an address that takes none."""
    claimed_until: datetime | None
    created_at: datetime
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Invitation({self.id}, {self.role})"


def add(tx: Transaction, one: Invitation) -> None:
    tx.execute(
        f"INSERT INTO invitations ({columns(Invitation)}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            one.id,
            one.company_id,
            one.email,
            one.role,
            one.invited_by,
            one.mail,
            one.claimed_until,
            one.created_at,
            one.expires_at,
        ),
    )


def page(
    tx: Transaction, company_id: str, before: tuple[datetime, str] | None, most: int, now: datetime
) -> list[Invitation]:
    """Those that can be accepted, the newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (created_at, id) < (%s, %s)", before)
    return tx.all(
        Invitation,
        f"SELECT {columns(Invitation)} FROM invitations WHERE company_id = %s AND expires_at > %s{where}"
        " ORDER BY created_at DESC, id DESC LIMIT %s",
        (company_id, now, *place, most),
    )


def lock(tx: Transaction, company_id: str, invitation_id: str) -> Invitation | None:
    return tx.one(
        Invitation,
        f"SELECT {columns(Invitation)} FROM invitations WHERE company_id = %s AND id = %s FOR UPDATE",
        (company_id, invitation_id),
    )


def lock_of(tx: Transaction, company_id: str, email: str) -> Invitation | None:
    """The one to this address."""
    return tx.one(
        Invitation,
        f"SELECT {columns(Invitation)} FROM invitations WHERE company_id = %s AND email = %s FOR UPDATE",
        (company_id, email),
    )


def lock_any(tx: Transaction, invitation_id: str) -> Invitation | None:
    return tx.one(
        Invitation,
        f"SELECT {columns(Invitation)} FROM invitations WHERE id = %s FOR UPDATE /* all companies: a message has it */",
        (invitation_id,),
    )


def of_link(tx: Transaction, token_hmac: bytes) -> Invitation | None:
    return tx.one(
        Invitation,
        f"SELECT {columns(Invitation)} FROM invitations WHERE token_hmac = %s /* all companies: the link is the key */",
        (token_hmac,),
    )


def has_link(tx: Transaction, company_id: str, invitation_id: str, token_hmac: bytes) -> bool:
    """Whether this link is still the newest; the invitation is held still."""
    return bool(
        tx.value(
            "SELECT 1 FROM invitations WHERE company_id = %s AND id = %s AND token_hmac = %s FOR UPDATE",
            (company_id, invitation_id, token_hmac),
        )
    )


def change_role(tx: Transaction, one: Invitation, role: str) -> None:
    tx.execute("UPDATE invitations SET role = %s WHERE company_id = %s AND id = %s", (role, one.company_id, one.id))


def remove(tx: Transaction, company_id: str, invitation_id: str) -> bool:
    """Whether it was there."""
    return bool(tx.execute("DELETE FROM invitations WHERE company_id = %s AND id = %s", (company_id, invitation_id)))


def remove_to(tx: Transaction, email: str, until: datetime) -> None:
    """Whoever invited the address until then: nobody is there to accept."""
    found = tx.all(
        lambda company_id, invitation_id: (company_id, invitation_id),
        "SELECT company_id, id FROM invitations WHERE email = %s AND created_at <= %s"
        " /* all companies: a person may be invited by several */",
        (email, until),
    )
    for company_id, invitation_id in found:
        remove(tx, company_id, invitation_id)


# Mails


def want_mail(tx: Transaction, one: Invitation, expires_at: datetime) -> None:
    """One more; the days are counted from it."""
    tx.execute(
        "UPDATE invitations SET mail = 'wanted', expires_at = %s WHERE company_id = %s AND id = %s",
        (expires_at, one.company_id, one.id),
    )


def claim_mail(tx: Transaction, one: Invitation, token_hmac: bytes, until: datetime) -> None:
    """The link is kept before its mail leaves: whoever gets the mail can use it."""
    tx.execute(
        "UPDATE invitations SET token_hmac = %s, claimed_until = %s WHERE company_id = %s AND id = %s",
        (token_hmac, until, one.company_id, one.id),
    )


def mailed(tx: Transaction, one: Invitation, until: datetime, mail: str) -> None:
    """What became of the mail, if the claim is still ours: by the moment that it runs to."""
    tx.execute(
        "UPDATE invitations SET mail = %s, claimed_until = NULL"
        " WHERE company_id = %s AND id = %s AND claimed_until = %s",
        (mail, one.company_id, one.id, until),
    )


def note_mail(tx: Transaction, company_id: str, email_hmac: bytes, now: datetime, *, again: bool) -> None:
    tx.execute(
        "INSERT INTO invitation_mails (company_id, email_hmac, again, asked_at) VALUES (%s, %s, %s, %s)",
        (company_id, email_hmac, again, now),
    )


def mails_since(tx: Transaction, company_id: str, since: datetime) -> list[tuple[bytes, bool, datetime]]:
    """(address, again, when) of the company's mails since then, the oldest first."""
    return tx.all(
        lambda email_hmac, again, at: (email_hmac, bool(again), at),
        "SELECT email_hmac, again, asked_at FROM invitation_mails WHERE company_id = %s AND asked_at > %s"
        " ORDER BY asked_at",
        (company_id, since),
    )
