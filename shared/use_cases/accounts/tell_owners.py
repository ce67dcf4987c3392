"""Owners are mailed what concerns them, each notice once: claimed, sent, then noted as told or given back."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol, TypeVar

from shared.database.transactions import Database, Transaction, insist
from shared.metrics import Metric, measure
from shared.ports import Mail, MailRefused, SupplierUnavailable

log = logging.getLogger(__name__)

AT_ONCE = 500
MOST_FAILURES = 5
"""Then the supplier is left in peace until the next run."""

CLAIM = timedelta(hours=1)
"""Of one mail: longer than the job may run."""


class Letter(Protocol):
    """A notice to one owner. `told` and `release` are tried until they work, so each may be done twice."""

    @property
    def email(self) -> str: ...

    @property
    def subject(self) -> str: ...

    def claim(self, tx: Transaction, now: datetime, until: datetime) -> str | None:
        """The mail's text; None where it has been sent, or is another worker's."""
        ...

    def told(self, tx: Transaction, now: datetime) -> None: ...

    def release(self, tx: Transaction) -> None:
        """The mail did not go: the next run sends it."""
        ...


class Outcome(Enum):
    """Of one mail. Who is refused stays untold, and holds up no other."""

    TOLD = auto()
    REFUSED = auto()
    FAILED = auto()


class NoticesIncomplete(Exception):
    """Some owners could not be told: the next run tells them."""


def tell_owners(database: Database, mail: Mail, kind: str, letters: Iterable[Letter], now: datetime) -> int:
    """Mail who is to be told; how many mails. `kind` names them in the metric. Raises `NoticesIncomplete` at the end.

    Only a mail in the middle of which the function dies is sent again, when its claim has run out.
    """
    counts = Counter[Outcome]()
    for letter in letters:
        if counts[Outcome.FAILED] == MOST_FAILURES:
            break
        with database.transaction() as tx:
            text = letter.claim(tx, now, now + CLAIM)
        if text is not None:
            counts[_send(database, mail, letter, text, now)] += 1
    measure(Metric.NOTICES_REFUSED, counts[Outcome.REFUSED], kind=kind)
    if counts[Outcome.FAILED]:
        log.warning("%s: %d owners could not be told, %d were", kind, counts[Outcome.FAILED], counts[Outcome.TOLD])
        raise NoticesIncomplete
    return counts[Outcome.TOLD]


def _send(database: Database, mail: Mail, letter: Letter, text: str, now: datetime) -> Outcome:
    try:
        mail.send(letter.email, letter.subject, text)
    except (SupplierUnavailable, MailRefused) as error:
        insist(database, letter.release)
        return Outcome.REFUSED if isinstance(error, MailRefused) else Outcome.FAILED
    insist(database, lambda tx: letter.told(tx, now))
    return Outcome.TOLD


Found = TypeVar("Found")
Place = TypeVar("Place")


def in_pages(
    database: Database,
    find: Callable[[Transaction, Place, int], list[Found]],
    place_of: Callable[[Found], Place],
    first: Place,
) -> Iterator[Found]:
    """All that `find` finds, from just after a place, so many at most."""
    after = first
    while True:
        with database.transaction() as tx:
            page = find(tx, after, AT_ONCE)
        yield from page
        if len(page) < AT_ONCE:
            return
        after = place_of(page[-1])
