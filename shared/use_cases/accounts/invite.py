"""An owner invites somebody by e-mail, has the mail sent again, and takes the invitation back."""

from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import companies, invitations, members, outbox
from shared.database.queries.invitations import Invitation
from shared.database.queries.people import Session
from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.errors import Conflict, Forbidden, NotFound, TooMany
from shared.domain.retention import INVITATION_LIFE, INVITATION_MAIL_LIFE
from shared.domain.topics import INVITATION_WANTED
from shared.privacy.tokens import TokenHasher

ADDRESS_PURPOSE = "invited-address"

ACTIVE = ("active", "past_due")
MOST_AGAIN = 3
"""Mails to one address in a day, beside the first."""
MOST_MAILS = 50
"""Of one company in a day."""
MOST_MEMBERS = 200


def invite(tx: Transaction, tokens: TokenHasher, owner: Session, email: str, role: str, now: datetime) -> Invitation:
    """The open invitation to that address. One that was open has the new role, and no new mail.

    Nothing depends on whether UpUp knows the address. Raises `Conflict`, `Forbidden`, `TooMany`.
    """
    _lock_active(tx, owner.company_id)
    if members.is_member(tx, owner.company_id, email):
        raise Conflict("Somebody with this e-mail is a member already.")
    known = invitations.lock_of(tx, owner.company_id, email)
    if known is not None and known.expires_at > now:
        invitations.change_role(tx, known, role)
        return known
    if known is not None:
        invitations.remove(tx, known.company_id, known.id)
    if members.count(tx, owner.company_id) >= MOST_MEMBERS:
        raise Conflict(f"A company has at most {MOST_MEMBERS} members.")
    _note_mail(tx, tokens, owner.company_id, email, now, resend=False)
    expires_at = now + INVITATION_LIFE
    new = Invitation(ids.new_id("inv"), owner.company_id, email, role, owner.member_id, "wanted", None, now, expires_at)
    invitations.add(tx, new)
    outbox.put(tx, INVITATION_WANTED, {"invitation_id": new.id}, now)
    return new


def resend(tx: Transaction, tokens: TokenHasher, company_id: str, invitation_id: str, now: datetime) -> None:
    """A new mail with a new link; the days begin anew. Raises `NotFound`, `Forbidden`, `TooMany`."""
    _lock_active(tx, company_id)
    known = invitations.lock(tx, company_id, invitation_id)
    if known is None or known.expires_at <= now:
        raise NotFound("There is no such invitation.")
    _note_mail(tx, tokens, company_id, known.email, now, resend=True)
    invitations.want_mail(tx, known, now + INVITATION_LIFE)
    outbox.put(tx, INVITATION_WANTED, {"invitation_id": invitation_id}, now)


def withdraw(tx: Transaction, company_id: str, invitation_id: str) -> None:
    """Its link is worth nothing from then on. Raises `NotFound`."""
    if not invitations.remove(tx, company_id, invitation_id):
        raise NotFound("There is no such invitation.")


def _lock_active(tx: Transaction, company_id: str) -> None:
    company = companies.lock(tx, company_id)  # two at once do not pass the most together
    if company is None or company.state not in ACTIVE:
        raise Forbidden("Inviting takes an account whose agreement goes on and whose plan is paid.")


def _note_mail(
    tx: Transaction, tokens: TokenHasher, company_id: str, email: str, now: datetime, *, resend: bool
) -> None:
    """Inviting anew counts as once more where the address had a mail today. Raises `TooMany`."""
    address = tokens.digest(ADDRESS_PURPOSE, f"{company_id} {email}")
    mails = invitations.mails_since(tx, company_id, now - INVITATION_MAIL_LIFE)
    again = resend or any(one == address for one, _, _ in mails)
    _check_room([at for one, was_again, at in mails if one == address and was_again], again * MOST_AGAIN, now)
    _check_room([at for _, _, at in mails], MOST_MAILS, now)
    invitations.note_mail(tx, company_id, address, now, again=again)


def _check_room(moments: Sequence[datetime], most: int, now: datetime) -> None:
    """At most so many a day, and any number where that is 0. Raises `TooMany`."""
    if most and len(moments) >= most:
        free_at = moments[-most] + INVITATION_MAIL_LIFE
        raise TooMany(
            "That is as many invitations as can be mailed in a day.", int((free_at - now).total_seconds()) + 1
        )
