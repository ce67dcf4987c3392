"""What asks for care: a person who has a second factor, or whose company asks for one, has shown it lately."""

from datetime import datetime, timedelta

from shared.database.queries import second_factors
from shared.database.queries.people import Session
from shared.database.transactions import Database
from shared.domain.errors import SecondFactorRequired
from shared.http.rate_limit import Limit, Rate

CODES = Limit("second factor", (Rate(6, timedelta(minutes=5)),), pause=timedelta(minutes=15))
"""Codes of one person, right or wrong."""


def check_confirmed(database: Database, session: Session, session_hmac: bytes, now: datetime) -> None:
    """Raises `SecondFactorRequired`. A program is never asked: its key is what it shows."""
    if session.is_key:
        return
    with database.transaction() as tx:
        asked = second_factors.asked(tx, session_hmac, session.company_id, session.person_id)
    if not asked.has_factor and not asked.is_required:
        return
    if not asked.has_factor:
        raise SecondFactorRequired("Your company asks for a second factor. Begin with POST /v1/second-factor.")
    if asked.confirmed_until is None or asked.confirmed_until <= now:
        raise SecondFactorRequired("Show your second factor first, with POST /v1/session/confirm.")
