"""Logging in by a link in an e-mail: single use, ten minutes."""

from datetime import datetime
from typing import ClassVar

from shared.database.queries import login_requests, outbox, people
from shared.database.transactions import Database, Transaction
from shared.domain import ids
from shared.domain.errors import Forbidden, Unauthenticated
from shared.domain.masked import Masked
from shared.domain.retention import SESSION_LIFE
from shared.domain.topics import LOGIN_WANTED
from shared.privacy.tokens import TokenHasher, new_token

LOGIN_PURPOSE = "login-link"
SESSION_PURPOSE = "session"


class LoggedIn(Masked, frozen=True):
    """The session's token goes into the cookie and nowhere else."""

    hidden: ClassVar = ("session_token",)

    session_token: str
    membership: people.Membership
    memberships: list[people.Membership]


def request_login(database: Database, email: str, now: datetime) -> None:
    """Have a link mailed to whoever has the address. The same is done where nobody has it: neither the answer nor its
    time may tell."""
    with database.transaction() as tx:
        request_id, person = ids.new_id("lgn"), people.find_by_email(tx, email)
        login_requests.add(tx, request_id, person.id if person else None, now)
        outbox.put(tx, LOGIN_WANTED, {"login_request_id": request_id}, now)


def complete_login(tx: Transaction, tokens: TokenHasher, token: str, account_id: str | None, now: datetime) -> LoggedIn:
    """Spend the link and begin a session in one of the person's companies, the first of them where none is named.

    Raises `Unauthenticated` for a link that is spent, too old or made up, `Forbidden` for another's company.
    """
    person_id = people.spend_login_link(tx, tokens.digest(LOGIN_PURPOSE, token), now)
    if person_id is None or not people.memberships(tx, person_id):
        raise Unauthenticated("The link has been used or is older than ten minutes. Ask for a new one.")
    return begin_session(tx, tokens, person_id, account_id, now)


def begin_session(
    tx: Transaction, tokens: TokenHasher, person_id: str, account_id: str | None, now: datetime
) -> LoggedIn:
    """Of somebody who has shown who they are. Raises `Forbidden` for a company that is not theirs."""
    memberships = people.memberships(tx, person_id)
    chosen = [one for one in memberships if account_id in (None, one.company_id)]
    if not chosen:
        raise Forbidden("You are not a member of that company.")
    session_token = new_token()
    people.add_session(tx, tokens.digest(SESSION_PURPOSE, session_token), chosen[0], now, now + SESSION_LIFE)
    return LoggedIn(session_token, chosen[0], memberships)


def log_out(database: Database, session_hmac: bytes) -> None:
    with database.transaction() as tx:
        people.end_session(tx, session_hmac)
