"""The link of an invitation is made and mailed: once, however often its message comes."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.database.queries import companies, invitations, standing
from shared.database.queries.invitations import Invitation
from shared.database.transactions import Database, Transaction, insist
from shared.ports import ClaimedElsewhere, Clock, Mail, MailRefused
from shared.privacy.tokens import TokenHasher, new_token

PURPOSE = "invitation"
CLAIM = timedelta(minutes=2)
"""Of one mail: longer than the function may run."""

SUBJECT = "Inbjudan till UpUp / Invitation to UpUp"
TEXT = """Hej!

{company} bjuder in dig till sitt konto hos UpUp. Tacka ja här, inom sju dagar: {link}
{company} invites you to its account at UpUp. Accept here, within seven days: {link}

Känner du inte till det? Då behöver du inte göra något. / You do not know of it? Then there is nothing to do.
"""


class Parts(Struct, frozen=True):
    database: Database
    clock: Clock
    tokens: TokenHasher
    mail: Mail
    public_url: str


class _Turn(Struct, frozen=True):
    invitation: Invitation
    company_name: str
    token: str
    until: datetime

    def __repr__(self) -> str:
        return f"_Turn({self.invitation.id})"  # the token opens the company's account


def mail_invitation(parts: Parts, invitation_id: str) -> None:
    """Does nothing where no mail is wanted, and for a company that UpUp has stopped.

    Raises `SupplierUnavailable`, and `ClaimedElsewhere` while another worker is at it: the message comes again.
    """
    turn = insist(parts.database, lambda tx: _take(parts, tx, invitation_id))
    if turn is None:
        return
    # The token is in the fragment: it reaches no server's log, and opening the page does not spend it.
    link = f"{parts.public_url}/invitation#token={turn.token}"
    outcome = "wanted"
    try:
        parts.mail.send(turn.invitation.email, SUBJECT, TEXT.format(company=turn.company_name, link=link))
        outcome = "sent"
    except MailRefused:
        outcome = "refused"
    finally:
        insist(parts.database, lambda tx: invitations.mailed(tx, turn.invitation, turn.until, outcome))


def _take(parts: Parts, tx: Transaction, invitation_id: str) -> _Turn | None:
    now = parts.clock.now()
    found = invitations.lock_any(tx, invitation_id)
    if found is None or found.mail != "wanted" or found.expires_at <= now:
        return None
    if found.claimed_until and found.claimed_until > now:
        raise ClaimedElsewhere(invitation_id)
    company = companies.get(tx, found.company_id)
    if company is None or company.state == "closed" or standing.is_stopped(tx, found.company_id):
        return None
    turn = _Turn(found, company.name, new_token(), now + CLAIM)
    invitations.claim_mail(tx, found, parts.tokens.digest(PURPOSE, turn.token), turn.until)
    return turn
