"""Each owner is told once of a sub-processor that was added after the company accepted its agreement."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import Enum, auto

from shared.database.queries import agreements
from shared.database.queries.agreements import Owner
from shared.database.transactions import Database, insist
from shared.metrics import Metric, measure
from shared.ports import Mail, MailRefused, SupplierUnavailable
from shared.privacy.data_map.model import Processor
from shared.privacy.data_map.processors import PROCESSORS, SUB_PROCESSOR

log = logging.getLogger(__name__)

AHEAD = timedelta(days=30)
AT_ONCE = 500
CLAIM = timedelta(hours=1)
"""Of one mail: longer than the job may run."""

SUBJECT = "Nytt underbiträde hos UpUp / New sub-processor at UpUp"
TEXT = """Hej!

UpUp anlitar ett nytt underbiträde för era mottagares uppgifter:
{swedish}

Invänder ni? Svara på det här mejlet före den dagen.

UpUp engages a new sub-processor for your recipients' data:
{english}

Do you object? Answer this e-mail before that day.
"""


class Outcome(Enum):
    """Of one mail. Who is refused stays untold, and holds up no other."""

    TOLD = auto()
    REFUSED = auto()
    FAILED = auto()


class NoticesIncomplete(Exception):
    """Some owners could not be told: the next run tells them."""


def tell_of_processors(
    database: Database, mail: Mail, now: datetime, processors: Sequence[Processor] = PROCESSORS
) -> int:
    """Mail who has not been told, 30 days ahead or as soon as it is known; how many mails.

    An owner is noted as being told before the mail, and as told after it. Only a mail in the middle of which the
    function dies is sent again. Raises `NoticesIncomplete` at the end.
    """
    added = [one for one in processors if one.role == SUB_PROCESSOR and _day(one) - AHEAD <= now.date()]
    counts = Counter[Outcome]()
    for owner in _owners(database, added):
        new = [one for one in added if _day(one) > owner.accepted_at.date()]
        with database.transaction() as tx:
            names = agreements.claim_notices(tx, owner, [one.name for one in new], now, now + CLAIM)
        if names:
            counts[_mail(database, mail, owner, [one for one in new if one.name in names], now)] += 1
    measure(Metric.NOTICES_REFUSED, counts[Outcome.REFUSED], kind="processor")
    if counts[Outcome.FAILED]:
        log.warning("%d owners could not be told, %d were", counts[Outcome.FAILED], counts[Outcome.TOLD])
        raise NoticesIncomplete
    return counts[Outcome.TOLD]


def _owners(database: Database, added: Sequence[Processor]) -> Iterator[Owner]:
    if not added:
        return
    newest, after = max(map(_day, added)), ""
    while True:
        with database.transaction() as tx:
            page = agreements.owners(tx, newest, after, AT_ONCE)
        yield from page
        if len(page) < AT_ONCE:
            return
        after = page[-1].member_id


def _mail(database: Database, mail: Mail, owner: Owner, new: Sequence[Processor], now: datetime) -> Outcome:
    names = [one.name for one in new]
    text = TEXT.format(
        swedish="\n".join(f"- {one.name}, från {one.since}: {one.holds.sv} ({one.kept.sv})" for one in new),
        english="\n".join(f"- {one.name}, from {one.since}: {one.holds.en} ({one.kept.en})" for one in new),
    )
    try:
        mail.send(owner.email, SUBJECT, text)
    except (SupplierUnavailable, MailRefused) as error:
        insist(database, lambda tx: agreements.release_notices(tx, owner, names))
        return Outcome.REFUSED if isinstance(error, MailRefused) else Outcome.FAILED
    insist(database, lambda tx: agreements.notices_told(tx, owner, names, now))
    return Outcome.TOLD


def _day(processor: Processor) -> date:
    return date.fromisoformat(processor.since)
