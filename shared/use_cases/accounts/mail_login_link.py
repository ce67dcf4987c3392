"""The link that somebody asked for is made and mailed: once, however often its message comes."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.database.queries import login_requests, people
from shared.database.transactions import Database, Transaction, insist
from shared.domain.retention import LOGIN_LINK_LIFE
from shared.ports import ClaimedElsewhere, Clock, Mail, MailRefused
from shared.privacy.tokens import TokenHasher, new_token
from shared.use_cases.accounts.log_in import LOGIN_PURPOSE

CLAIM = timedelta(minutes=2)
"""Of one mail: longer than the function may run."""

SUBJECT = "Logga in på UpUp / Log in to UpUp"
TEXT = """Hej!

Logga in här, inom tio minuter: {link}
Log in here, within ten minutes: {link}

Har du inte bett om det? Då behöver du inte göra något. / You did not ask for this? Then there is nothing to do.
"""


class Parts(Struct, frozen=True):
    database: Database
    clock: Clock
    tokens: TokenHasher
    mail: Mail
    public_url: str


class _Turn(Struct, frozen=True):
    email: str
    token: str
    until: datetime

    def __repr__(self) -> str:
        return "_Turn(…)"  # the token opens the account


def mail_login_link(parts: Parts, login_request_id: str) -> None:
    """Does nothing where nobody has the address, or the link would be too old.

    Raises `SupplierUnavailable`, and `ClaimedElsewhere` while another worker is at it: the message comes again.
    """
    turn = insist(parts.database, lambda tx: _take(parts, tx, login_request_id))
    if turn is None:
        return
    # The token is in the fragment: it reaches no server's log, and opening the page does not spend it.
    link = f"{parts.public_url}/login#token={turn.token}"
    mailed_at = None
    try:
        # without a name: whoever signed up with this address may have chosen it
        parts.mail.send(turn.email, SUBJECT, TEXT.format(link=link))
        mailed_at = parts.clock.now()
    except MailRefused:
        mailed_at = parts.clock.now()  # nor would it be taken a second time
    finally:
        insist(parts.database, lambda tx: login_requests.ended(tx, login_request_id, turn.until, mailed_at))


def _take(parts: Parts, tx: Transaction, login_request_id: str) -> _Turn | None:
    now = parts.clock.now()
    found = login_requests.lock(tx, login_request_id)
    if found is None or found.person_id is None or found.mailed_at or found.asked_at + LOGIN_LINK_LIFE <= now:
        return None
    if found.claimed_until and found.claimed_until > now:
        raise ClaimedElsewhere(login_request_id)
    person = people.get(tx, found.person_id)
    if person is None or not people.memberships(tx, person.id):
        return None
    turn = _Turn(person.email, new_token(), now + CLAIM)
    login_requests.claim(tx, login_request_id, turn.until)
    people.add_login_link(tx, parts.tokens.digest(LOGIN_PURPOSE, turn.token), person.id, now + LOGIN_LINK_LIFE)
    return turn
