"""A person ends their own sessions in a company: one, or all but the one that asks."""

from shared.database.queries import sessions
from shared.database.queries.people import Session
from shared.database.transactions import Database
from shared.domain.errors import NotFound


def end_session(database: Database, member: Session, session_id: str) -> None:
    """Raises `NotFound`, also for another's."""
    with database.transaction() as tx:
        if not sessions.end(tx, member.company_id, member.member_id, session_id):
            raise NotFound("You have no such session.")


def end_other_sessions(database: Database, member: Session, current_hmac: bytes) -> None:
    with database.transaction() as tx:
        sessions.end_others(tx, member.company_id, member.member_id, current_hmac)
