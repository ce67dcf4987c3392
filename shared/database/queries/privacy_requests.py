"""Persons' requests and their steps. What was found is never written down, and once one is done, not about whom."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction, columns
from shared.domain.privacy_request import UNANSWERED, State, Step


class PrivacyRequest(Struct, frozen=True):
    id: str
    company_id: str
    kind: str
    source: str
    state: str
    about: str
    fingerprint: bytes | None
    person_id: str | None
    opt_out_too: bool
    received_at: datetime
    due_at: datetime
    began_at: datetime | None
    done_at: datetime | None

    def __repr__(self) -> str:
        return f"PrivacyRequest({self.id}, {self.kind}, {self.state})"


class Taken(Struct, frozen=True):
    step: str
    member_id: str | None
    at: datetime


class Untold(Struct, frozen=True):
    """A recipient's request of which its company's owners have had no mail."""

    id: str
    company_id: str
    kind: str
    due_at: datetime


class Owner(Struct, frozen=True):
    member_id: str
    email: str
    told: bool

    def __repr__(self) -> str:
        return f"Owner({self.member_id})"


def add(tx: Transaction, request: PrivacyRequest) -> bool:
    """False where one of the same kind and source about the same person is open."""
    names = columns(PrivacyRequest)
    added = tx.execute(
        f"INSERT IGNORE INTO privacy_requests ({names}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [getattr(request, name) for name in names.split(", ")],
    )
    return added == 1


def open_one(tx: Transaction, like: PrivacyRequest) -> PrivacyRequest | None:
    """The open one of the same kind and source about the same person, locked."""
    return tx.one(
        PrivacyRequest,
        f"SELECT {columns(PrivacyRequest)} FROM privacy_requests WHERE company_id = %s AND kind = %s"
        " AND source = %s AND (fingerprint = %s OR person_id = %s) FOR UPDATE",
        (like.company_id, like.kind, like.source, like.fingerprint, like.person_id),
    )


def opt_out_too(tx: Transaction, request: PrivacyRequest) -> None:
    """From now on the opt-out is to be forgotten with the rest."""
    tx.execute(
        "UPDATE privacy_requests SET opt_out_too = TRUE WHERE id = %s AND company_id = %s",
        (request.id, request.company_id),
    )


def get(tx: Transaction, company_id: str, request_id: str) -> PrivacyRequest | None:
    return tx.one(
        PrivacyRequest,
        f"SELECT {columns(PrivacyRequest)} FROM privacy_requests WHERE id = %s AND company_id = %s",
        (request_id, company_id),
    )


def page(tx: Transaction, company_id: str, before: tuple[datetime, str] | None, most: int) -> list[PrivacyRequest]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (received_at, id) < (%s, %s)", before)
    return tx.all(
        PrivacyRequest,
        f"SELECT {columns(PrivacyRequest)} FROM privacy_requests WHERE company_id = %s{where}"
        " ORDER BY received_at DESC, id DESC LIMIT %s",
        (company_id, *place, most),
    )


def log(tx: Transaction, request: PrivacyRequest | Untold, step: Step, member_id: str | None, now: datetime) -> None:
    tx.execute(
        "INSERT INTO privacy_request_steps (request_id, company_id, step, member_id, at) VALUES (%s, %s, %s, %s, %s)",
        (request.id, request.company_id, step, member_id, now),
    )


def steps(tx: Transaction, company_id: str, request_id: str) -> list[Taken]:
    return tx.all(
        Taken,
        "SELECT step, member_id, at FROM privacy_request_steps WHERE request_id = %s AND company_id = %s ORDER BY id",
        (request_id, company_id),
    )


def begin(tx: Transaction, request: PrivacyRequest, now: datetime) -> bool:
    """Note when it began to be carried out, once; whether that is new."""
    changed = tx.execute(
        "UPDATE privacy_requests SET state = 'in_progress', began_at = %s"
        " WHERE id = %s AND company_id = %s AND state = 'received'",
        (now, request.id, request.company_id),
    )
    return changed == 1


def answer(tx: Transaction, request: PrivacyRequest) -> bool:
    """It can be read from now on; whether that is new."""
    changed = tx.execute(
        "UPDATE privacy_requests SET state = 'answered' WHERE id = %s AND company_id = %s AND state = 'received'",
        (request.id, request.company_id),
    )
    return changed == 1


FORGET = "state = 'done', fingerprint = NULL, person_id = NULL, done_at = %s"


def finish(tx: Transaction, request: PrivacyRequest, now: datetime) -> bool:
    """It is done, and from now on it says of nobody; whether that is new."""
    changed = tx.execute(
        f"UPDATE privacy_requests SET {FORGET} WHERE id = %s AND company_id = %s AND state <> 'done'",
        (now, request.id, request.company_id),
    )
    return changed == 1


def open_about(
    tx: Transaction, company_id: str, fingerprint: bytes | None, person_id: str | None, until: datetime
) -> list[PrivacyRequest]:
    """The company's open requests about the person that came until then, locked."""
    return tx.all(
        PrivacyRequest,
        f"SELECT {columns(PrivacyRequest)} FROM privacy_requests WHERE company_id = %s"
        " AND (fingerprint = %s OR person_id = %s) AND received_at <= %s FOR UPDATE",
        (company_id, fingerprint, person_id, until),
    )


def to_go_on(tx: Transaction, after: str, most: int) -> list[PrivacyRequest]:
    """What is in progress, in the order of the ids from just after the given one."""
    return tx.all(
        PrivacyRequest,
        f"SELECT {columns(PrivacyRequest)} FROM privacy_requests WHERE state = %s AND id > %s ORDER BY id LIMIT %s"
        " /* all companies: one job for all */",
        (State.IN_PROGRESS, after, most),
    )


def to_close(tx: Transaction, now: datetime, most: int) -> list[PrivacyRequest]:
    """What was answered and is due: it is no longer shown."""
    return tx.all(
        PrivacyRequest,
        f"SELECT {columns(PrivacyRequest)} FROM privacy_requests WHERE state = %s AND due_at <= %s LIMIT %s"
        " FOR UPDATE /* all companies: one job for all */",
        (State.ANSWERED, now, most),
    )


def untold(tx: Transaction, after: str, most: int) -> list[Untold]:
    return tx.all(
        Untold,
        "SELECT id, company_id, kind, due_at FROM privacy_requests WHERE state = %s AND source = 'recipient'"
        " AND told_at IS NULL AND id > %s ORDER BY id LIMIT %s /* all companies: one job for all */",
        (State.RECEIVED, after, most),
    )


def owners(tx: Transaction, request: Untold) -> list[Owner]:
    """The company's owners, and whether each has had the mail of the request."""
    return tx.all(
        lambda member_id, email, told: Owner(member_id, email, bool(told)),
        "SELECT m.id, p.email, n.told_at IS NOT NULL FROM members m JOIN persons p ON p.id = m.person_id"
        " LEFT JOIN privacy_request_notices n"
        " ON n.request_id = %s AND n.member_id = m.id AND n.company_id = m.company_id"
        " WHERE m.company_id = %s AND m.role = 'owner' ORDER BY m.id",
        (request.id, request.company_id),
    )


def owner_told(tx: Transaction, request: Untold, owner: Owner, now: datetime) -> None:
    tx.execute(
        "INSERT IGNORE INTO privacy_request_notices (request_id, company_id, member_id, told_at)"
        " VALUES (%s, %s, %s, %s)",
        (request.id, request.company_id, owner.member_id, now),
    )


def told(tx: Transaction, request: Untold, now: datetime) -> None:
    tx.execute(
        "UPDATE privacy_requests SET told_at = %s WHERE id = %s AND company_id = %s",
        (now, request.id, request.company_id),
    )


def overdue(tx: Transaction, now: datetime) -> int:
    """Requests that nobody has answered within their month. Should be 0."""
    return _number(tx, UNANSWERED, "due_at < %s", (now,))


def erasures_open(tx: Transaction) -> int:
    """Erasures that were asked for and are not complete."""
    return _number(tx, UNANSWERED, "kind = 'erase'", ())


def _number(tx: Transaction, states: Sequence[State], where: str, values: tuple[object, ...]) -> int:
    return int(
        tx.value(
            f"SELECT COUNT(*) FROM privacy_requests WHERE state IN %s AND {where} /* all companies: one figure */",
            (states, *values),
        )
    )
