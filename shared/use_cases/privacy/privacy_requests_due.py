"""What is done about persons' requests without anybody asking: going on, telling the owners, closing."""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from shared.database.queries import privacy_requests
from shared.database.queries.privacy_requests import Owner, PrivacyRequest, Untold
from shared.database.transactions import Database, Transaction, insist
from shared.domain.privacy_request import Kind, Step
from shared.ports import Mail, MailRefused, SupplierUnavailable
from shared.privacy.redaction import describe
from shared.use_cases.privacy.carry_out_request import Parts, go_on

log = logging.getLogger(__name__)

AT_ONCE = 100

SUBJECT = "En begäran från en mottagare / A request from a recipient"
TEXT = """Hej!

En mottagare har bett er om {swedish}. Besvara begäran senast den {due}. Den finns under Begäranden i UpUp
({public_url}), med nummer {id}.

A recipient has asked you for {english}. Answer the request by {due}. You find it among the requests in UpUp,
as {id}.
"""
ASKED = {
    Kind.EXPORT: ("ett utdrag ur sina uppgifter", "a copy of their data"),
    Kind.ERASE: ("att bli raderad", "erasure"),
}


class Done(Struct, frozen=True):
    """One run. `overdue`: requests past their month without an answer; `erasures_open`: those not complete."""

    gone_on: int
    told: int
    closed: int
    overdue: int
    erasures_open: int


class RequestsLeft(Exception):
    """Some could not be gone on with, or some owners not told: the next run tries again."""


def privacy_requests_due(parts: Parts, mail: Mail, public_url: str, now: datetime) -> Done:
    """Each request by itself: one that fails holds up no other. Raises `RequestsLeft` at the end."""
    work = _Work(parts, mail, public_url, now)
    gone_on = sum(work.does(work.go_on, one) for one in _pages(parts.database, privacy_requests.to_go_on))
    told = sum(work.does(work.tell, one) for one in _pages(parts.database, privacy_requests.untold))
    closed = _close(parts.database, now)
    with parts.database.transaction() as tx:
        done = Done(gone_on, told, closed, privacy_requests.overdue(tx, now), privacy_requests.erasures_open(tx))
    if work.failed:
        raise RequestsLeft
    return done


Some = TypeVar("Some", PrivacyRequest, Untold)


def _pages(database: Database, find: Callable[[Transaction, str, int], list[Some]]) -> Iterator[Some]:
    after = ""
    while True:
        with database.transaction() as tx:
            page = find(tx, after, AT_ONCE)
        yield from page
        if len(page) < AT_ONCE:
            return
        after = page[-1].id


class _Work:
    def __init__(self, parts: Parts, mail: Mail, public_url: str, now: datetime) -> None:
        self._parts = parts
        self._mail = mail
        self._public_url = public_url
        self._now = now
        self.failed = 0

    def does(self, act: Callable[[Some], None], request: Some) -> bool:
        try:
            act(request)
        except Exception as error:  # what it says may name a person
            log.error("request %s was left: %s", request.id, describe(error))
            self.failed += 1
            return False
        return True

    def go_on(self, request: PrivacyRequest) -> None:
        go_on(self._parts, request, request.began_at or request.received_at, self._now)

    def tell(self, request: Untold) -> None:
        """Each owner once, noted mail by mail: only one in the middle of which the function dies is sent again.

        The request is not noted as told where every owner's address is refused, or while a mail could not be sent.
        """
        with self._parts.database.transaction() as tx:
            owners = privacy_requests.owners(tx, request)
        reached = failed = 0
        for owner in owners:
            try:
                reached += owner.told or self._reaches(owner, request)
            except SupplierUnavailable:
                failed += 1
        if failed:
            raise SupplierUnavailable(f"{failed} owners could not be told")
        if owners and not reached:
            raise MailRefused

        def told(tx: Transaction) -> None:
            privacy_requests.told(tx, request, self._now)
            privacy_requests.log(tx, request, Step.OWNERS_TOLD, None, self._now)

        insist(self._parts.database, told)

    def _reaches(self, owner: Owner, request: Untold) -> bool:
        try:
            self._mail.send(owner.email, SUBJECT, self._text(request))
        except MailRefused:
            return False
        insist(self._parts.database, lambda tx: privacy_requests.owner_told(tx, request, owner, self._now))
        return True

    def _text(self, request: Untold) -> str:
        swedish, english = ASKED[Kind(request.kind)]
        due = request.due_at.date().isoformat()
        return TEXT.format(swedish=swedish, english=english, due=due, public_url=self._public_url, id=request.id)


def _close(database: Database, now: datetime) -> int:
    """What was answered is shown for its month; from then on it is not known whom it was about."""
    closed = 0
    while True:
        with database.transaction() as tx:
            due: Sequence[PrivacyRequest] = privacy_requests.to_close(tx, now, AT_ONCE)
            for one in due:
                privacy_requests.finish(tx, one, now)
                privacy_requests.log(tx, one, Step.CLOSED, None, now)
        closed += len(due)
        if len(due) < AT_ONCE:
            return closed
