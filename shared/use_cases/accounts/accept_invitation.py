"""Who was invited becomes a member by the link in the mail, and is logged in: the link proves the address."""

from datetime import datetime

from shared.database.queries import companies, invitations, people
from shared.database.queries.invitations import Invitation
from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.errors import Fault, NotAcceptable, Unauthenticated
from shared.domain.persons_data import NewNames
from shared.privacy.tokens import TokenHasher
from shared.use_cases.accounts.ask_for_sync import contact_changed
from shared.use_cases.accounts.log_in import LoggedIn, begin_session
from shared.use_cases.accounts.mail_invitation import PURPOSE

GOES_ON = ("active", "past_due", "closing")


def accept_invitation(tx: Transaction, tokens: TokenHasher, token: str, names: NewNames, now: datetime) -> LoggedIn:
    """Spend the link. Who is known at UpUp keeps their name, and who is a member already their role.

    Raises `Unauthenticated` for a link that is spent, too old or made up, `NotAcceptable` where a name is needed.
    """
    invitation = _spend(tx, tokens.digest(PURPOSE, token), now)
    person = people.find_by_email(tx, invitation.email)
    if person is None or not people.lock(tx, person.id):
        _check_names(names)
        new = people.Person(ids.new_id("per"), invitation.email, names.first_name, names.last_name)
        person = people.add(tx, new, now)
    company_id = invitation.company_id
    if company_id not in [one.company_id for one in people.memberships(tx, person.id)]:
        people.add_member(tx, ids.new_id("mbr"), company_id, person.id, invitation.role, now)
        contact_changed(tx, person.id, now)
    return begin_session(tx, tokens, person.id, company_id, now)


def _spend(tx: Transaction, token_hmac: bytes, now: datetime) -> Invitation:
    """The company is locked first, as an owner's changes lock it; its end may not have begun."""
    found = invitations.of_link(tx, token_hmac)
    company = companies.lock(tx, found.company_id) if found else None
    if (
        found is None
        or company is None
        or company.state not in GOES_ON
        or found.expires_at <= now
        or not invitations.has_link(tx, found.company_id, found.id, token_hmac)
    ):
        raise Unauthenticated(
            "The invitation has been used, taken back or is older than seven days. Ask for a new one."
        )
    invitations.remove(tx, found.company_id, found.id)
    return found


def _check_names(names: NewNames) -> None:
    faults = [
        Fault(field, "missing", "UpUp does not know you yet: write your name.")
        for field, value in (("first_name", names.first_name), ("last_name", names.last_name))
        if not value
    ]
    if faults:
        raise NotAcceptable("Some fields need to be mended.", faults)
