"""Persons' requests are carried out, and gone on with until nothing is waited for.

Every step is logged. An erasure is in the erasure log before anything is erased.
"""

from datetime import datetime
from typing import Protocol, Self

from msgspec import Struct

from shared.database.queries import persons_data, privacy_requests
from shared.database.queries.people import Session
from shared.database.queries.privacy_requests import PrivacyRequest
from shared.database.transactions import Database, Transaction, insist
from shared.domain.errors import Conflict, NotFound
from shared.domain.persons_data import (
    ANOTHER_OWNER,
    ErasedPerson,
    ErasedRecipient,
    Moved,
    NewNames,
    RectifiedRecipient,
    Renamed,
    Result,
)
from shared.domain.privacy_request import READS, Kind, State, Step
from shared.ports import Crm, Erasure, ErasureLog, Marketing, SupplierUnavailable
from shared.privacy.fingerprint import NumberHash, NumberHashes
from shared.privacy.tokens import TokenHasher
from shared.use_cases.accounts.ask_for_sync import contact_changed
from shared.use_cases.privacy.erase_person import erase_account_holder, erase_recipient
from shared.use_cases.privacy.find_person import find_account_holder, find_recipient
from shared.use_cases.privacy.rectify_person import NewNumber, move_to_new_number, rename_account_holder, tell_suppliers


class Parts(Struct, frozen=True):
    """What carrying out a request needs."""

    database: Database
    tokens: TokenHasher
    number_hashes: NumberHashes
    erasure_log: ErasureLog
    marketing: Marketing
    crm: Crm

    @classmethod
    def of(cls, app: "App") -> Self:
        return cls(app.database, app.tokens, app.number_hash, app.erasure_log, app.marketing, app.crm)


class App(Protocol):
    """The composition root's part of it."""

    @property
    def database(self) -> Database: ...
    @property
    def tokens(self) -> TokenHasher: ...
    def number_hash(self) -> NumberHash: ...
    @property
    def erasure_log(self) -> ErasureLog: ...
    @property
    def marketing(self) -> Marketing: ...
    @property
    def crm(self) -> Crm: ...


def carry_out(
    parts: Parts, request: PrivacyRequest, asking: Session, now: datetime, change: NewNumber | NewNames | None = None
) -> Result | None:
    """Do what was asked for and say what came of it, or None where an erasure could only be begun; again goes on where
    it stopped.

    Raises `Conflict` for one that is done, `SupplierUnavailable` where one must be asked first and is away.
    """
    if request.state == State.DONE:
        raise Conflict("This request is done already.")
    if request.kind in READS:
        return show(parts, request, asking, now)
    if isinstance(change, NewNumber):
        return _rectify_recipient(parts, request, asking.member_id, change, now)
    if isinstance(change, NewNames):
        return _rectify_account_holder(parts, request, asking.member_id, change, now)
    if request.kind == Kind.RECTIFY:
        raise Conflict("Send what is right with POST /v1/privacy/requests; nothing of it is kept.")
    began_at = _begin(parts.database, request, asking.member_id, now)
    try:
        return go_on(parts, request, began_at, now)
    except SupplierUnavailable:  # the job goes on with what has begun
        return None


def show(parts: Parts, request: PrivacyRequest, asking: Session, now: datetime) -> Result:
    found = _find(parts, request, own=request.person_id == asking.person_id)
    with parts.database.transaction() as tx:
        step = Step.ANSWERED if privacy_requests.answer(tx, request) else Step.SHOWN
        privacy_requests.log(tx, request, step, asking.member_id, now)
    return found


def _find(parts: Parts, request: PrivacyRequest, *, own: bool) -> Result:
    if request.fingerprint:
        with parts.database.transaction() as tx:
            return find_recipient(tx, request.company_id, request.fingerprint)
    found = find_account_holder(
        parts.database, parts.marketing, parts.crm, request.company_id, request.person_id or "", own=own
    )
    if found is None:
        raise NotFound("The person is gone.")
    return found


def _begin(database: Database, request: PrivacyRequest, member_id: str | None, now: datetime) -> datetime:
    """When it began: what was uploaded until then is meant, however often it is gone on with."""

    def begin(tx: Transaction) -> datetime:
        if privacy_requests.begin(tx, request, now):
            privacy_requests.log(tx, request, Step.BEGAN, member_id, now)
            return now
        found = privacy_requests.get(tx, request.company_id, request.id)
        return found.began_at if found and found.began_at else now

    return insist(database, begin)


def _rectify_recipient(
    parts: Parts, request: PrivacyRequest, member_id: str, new: NewNumber, now: datetime
) -> RectifiedRecipient:
    """The erasure log comes first: what a restore brings back under the wrong number is erased again."""
    wrong = request.fingerprint or b""
    _log_erasure(parts, request, request.received_at)

    def move(tx: Transaction) -> Moved:
        moved = move_to_new_number(tx, request.company_id, wrong, new, request.received_at, now)
        if privacy_requests.begin(tx, request, request.received_at):
            privacy_requests.log(tx, request, Step.BEGAN, member_id, now)
        return moved

    moved = insist(parts.database, move)
    erased = _erase_recipient(parts, request, request.received_at, now)
    return RectifiedRecipient(moved, erased)


def _rectify_account_holder(
    parts: Parts, request: PrivacyRequest, member_id: str, names: NewNames, now: datetime
) -> Renamed:
    def rename(tx: Transaction) -> None:
        rename_account_holder(tx, request.person_id or "", names)
        contact_changed(tx, request.person_id or "", now)
        if privacy_requests.begin(tx, request, now):
            privacy_requests.log(tx, request, Step.BEGAN, member_id, now)

    insist(parts.database, rename)
    return _tell_suppliers(parts, request, now)


def go_on(parts: Parts, request: PrivacyRequest, began_at: datetime, now: datetime) -> Result:
    """All of it may have been done before."""
    if request.person_id and request.kind == Kind.RECTIFY:
        return _tell_suppliers(parts, request, now)
    if request.person_id:
        return _erase_account_holder(parts, request, request.person_id, began_at, now)
    _log_erasure(parts, request, began_at)
    return _erase_recipient(parts, request, began_at, now)


def _erase_account_holder(
    parts: Parts, request: PrivacyRequest, person_id: str, until: datetime, now: datetime
) -> ErasedPerson:
    """Others may have left since it was asked for: the only owner is neither erased nor in the erasure log."""
    company_id = request.company_id
    with parts.database.transaction() as tx:
        is_last_owner = persons_data.is_last_owner(tx, company_id, person_id, until)
    if is_last_owner:
        erased = ErasedPerson(False, False, (ANOTHER_OWNER,))
    else:
        _log_erasure(parts, request, until)
        erased = erase_account_holder(parts.database, parts.marketing, parts.crm, company_id, person_id, until, now)
    step = Step.NEEDS_OWNER if ANOTHER_OWNER in erased.waiting_for else Step.WAITS
    _finish_or_wait(parts.database, request, bool(erased.waiting_for), now, step)
    return erased


def _erase_recipient(parts: Parts, request: PrivacyRequest, until: datetime, now: datetime) -> ErasedRecipient:
    erased = erase_recipient(
        parts.database,
        parts.tokens,
        parts.number_hashes,
        request.company_id,
        request.fingerprint or b"",
        until,
        now,
        opt_out_too=request.opt_out_too,
    )
    _finish_or_wait(parts.database, request, erased.waiting > 0, now)
    return erased


def _tell_suppliers(parts: Parts, request: PrivacyRequest, now: datetime) -> Renamed:
    told = tell_suppliers(parts.database, parts.marketing, parts.crm, request.person_id or "")
    _finish_or_wait(parts.database, request, bool(told.waiting_for), now)
    return told


def _log_erasure(parts: Parts, request: PrivacyRequest, at: datetime) -> None:
    """An entry is never changed: that the opt-out goes too may be asked for later, and is one of its own."""
    forgets = request.opt_out_too
    entry = f"{request.id}-opt-out" if forgets else request.id
    parts.erasure_log.add(
        Erasure(entry, at, request.company_id, request.fingerprint, request.person_id, opt_out_too=forgets)
    )


def _finish_or_wait(
    database: Database, request: PrivacyRequest, waits: bool, now: datetime, step: Step = Step.WAITS
) -> None:
    """That it waits is a step once, however often it is gone on with."""

    def finish(tx: Transaction) -> None:
        if not waits:
            finish_request(tx, request, now)
        elif [one.step for one in privacy_requests.steps(tx, request.company_id, request.id)][-1:] != [step]:
            privacy_requests.log(tx, request, step, None, now)

    insist(database, finish)


def finish_request(tx: Transaction, request: PrivacyRequest, now: datetime) -> None:
    """It is done. After an erasure of a person nothing is left for the company's other requests about them either."""
    if privacy_requests.finish(tx, request, now):
        privacy_requests.log(tx, request, Step.DONE, None, now)
    if request.kind == Kind.ERASE or request.fingerprint:
        close_open(tx, request.company_id, request.fingerprint, request.person_id, now, now)


def close_open(
    tx: Transaction, company_id: str, fingerprint: bytes | None, person_id: str | None, until: datetime, now: datetime
) -> None:
    """Close the requests of until then that an erasure has left nothing for."""
    for other in privacy_requests.open_about(tx, company_id, fingerprint, person_id, until):
        privacy_requests.finish(tx, other, now)
        privacy_requests.log(tx, other, Step.DONE_BY_ANOTHER, None, now)
