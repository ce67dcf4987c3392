"""A person's own sessions in one company, told apart by an id that says nothing of their tokens."""

from datetime import date, datetime
from typing import ClassVar

from shared.database.transactions import Transaction
from shared.domain.masked import Masked


class OpenSession(Masked, frozen=True):
    hidden: ClassVar = ("token_hmac",)

    id: str
    created_at: datetime
    last_seen_on: date
    token_hmac: bytes


def of_member(tx: Transaction, company_id: str, member_id: str, now: datetime) -> list[OpenSession]:
    """Newest first."""
    return tx.all(
        OpenSession,
        "SELECT id, created_at, last_seen_on, token_hmac FROM sessions"
        " WHERE company_id = %s AND member_id = %s AND expires_at > %s ORDER BY created_at DESC, id DESC",
        (company_id, member_id, now),
    )


def end(tx: Transaction, company_id: str, member_id: str, session_id: str) -> bool:
    """Whether there was one."""
    ended = tx.execute(
        "DELETE FROM sessions WHERE company_id = %s AND member_id = %s AND id = %s",
        (company_id, member_id, session_id),
    )
    return bool(ended)


def end_others(tx: Transaction, company_id: str, member_id: str, current_hmac: bytes) -> None:
    tx.execute(
        "DELETE FROM sessions WHERE company_id = %s AND member_id = %s AND token_hmac <> %s",
        (company_id, member_id, current_hmac),
    )


def confirm(tx: Transaction, token_hmac: bytes, until: datetime) -> None:
    tx.execute(
        "UPDATE sessions SET confirmed_until = %s WHERE token_hmac = %s /* all companies: one token has one session */",
        (until, token_hmac),
    )


def unconfirm(tx: Transaction, person_id: str) -> None:
    """In every company of the person's."""
    tx.execute(
        "UPDATE sessions s JOIN members m ON m.id = s.member_id AND m.company_id = s.company_id"
        " SET s.confirmed_until = NULL WHERE m.person_id = %s",
        (person_id,),
    )
