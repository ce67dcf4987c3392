"""A person of several companies goes on in another one, and has the same name in all."""

from datetime import datetime

from shared.database.queries import people, persons_data
from shared.database.queries.people import Session
from shared.database.transactions import Transaction
from shared.domain.errors import NotFound
from shared.domain.persons_data import NewNames
from shared.privacy.tokens import TokenHasher
from shared.use_cases.accounts.ask_for_sync import contact_changed
from shared.use_cases.accounts.log_in import LoggedIn, begin_session


def choose_company(
    tx: Transaction, tokens: TokenHasher, session: Session, old_session: bytes, account_id: str, now: datetime
) -> LoggedIn:
    """A new session in another company of the person's; the old one ends. Raises `NotFound`."""
    if account_id not in [one.company_id for one in people.memberships(tx, session.person_id)]:
        raise NotFound("You are in no such company.")
    people.end_session(tx, old_session)
    return begin_session(tx, tokens, session.person_id, account_id, now)


def rename(tx: Transaction, session: Session, names: NewNames, now: datetime) -> None:
    """One's own name, in every company."""
    persons_data.rename(tx, session.person_id, names.first_name, names.last_name)
    contact_changed(tx, session.person_id, now)
