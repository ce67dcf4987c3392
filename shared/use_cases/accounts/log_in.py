"""Logging in by a link in an e-mail: single use, ten minutes."""

from dataclasses import dataclass
from datetime import datetime

from shared.database.queries import people
from shared.database.transactions import Database, Transaction
from shared.domain.errors import Forbidden, Unauthenticated
from shared.domain.retention import LOGIN_LINK_LIFE, SESSION_LIFE
from shared.ports import Mail, MailRefused, SupplierUnavailable
from shared.privacy.tokens import TokenHasher, new_token

LOGIN_PURPOSE = "login-link"
SESSION_PURPOSE = "session"

SUBJECT = "Logga in på UpUp / Log in to UpUp"
TEXT = """Hej!

Logga in här, inom tio minuter: {link}
Log in here, within ten minutes: {link}

Har du inte bett om det? Då behöver du inte göra något. / You did not ask for this? Then there is nothing to do.
"""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The session's token goes into the cookie and nowhere else."""

    session_token: str
    membership: people.Membership
    memberships: list[people.Membership]


def request_login(
    database: Database, mail: Mail, tokens: TokenHasher, public_url: str, email: str, now: datetime
) -> bool:
    """Mail a link to the person, where there is one; whether it went. What is answered must not tell."""
    with database.transaction() as tx:
        person = people.find_by_email(tx, email)
        if person is None or not people.memberships(tx, person.id):
            return False
        token = new_token()
        people.add_login_link(tx, tokens.digest(LOGIN_PURPOSE, token), person.id, now + LOGIN_LINK_LIFE)
    # The token is in the fragment: it reaches no server's log, and opening the page does not spend it.
    link = f"{public_url}/login#token={token}"
    try:
        # without a name: whoever signed up with this address may have chosen it
        mail.send(person.email, SUBJECT, TEXT.format(link=link))
    except (SupplierUnavailable, MailRefused):
        return False
    return True


def complete_login(tx: Transaction, tokens: TokenHasher, token: str, account_id: str | None, now: datetime) -> LoggedIn:
    """Spend the link and begin a session in one of the person's companies, the first of them where none is named.

    Raises `Unauthenticated` for a link that is spent, too old or made up, `Forbidden` for another's company.
    """
    person_id = people.spend_login_link(tx, tokens.digest(LOGIN_PURPOSE, token), now)
    memberships = people.memberships(tx, person_id) if person_id else []
    if not memberships:
        raise Unauthenticated("The link has been used or is older than ten minutes. Ask for a new one.")
    chosen = [one for one in memberships if account_id in (None, one.company_id)]
    if not chosen:
        raise Forbidden("You are not a member of that company.")
    session_token = new_token()
    people.add_session(tx, tokens.digest(SESSION_PURPOSE, session_token), chosen[0], now, now + SESSION_LIFE)
    return LoggedIn(session_token, chosen[0], memberships)
