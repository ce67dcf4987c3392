"""Owners of the companies that a breach concerns are mailed what staff wrote to them, each once a message."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import Enum, auto

from shared.database.queries import breaches
from shared.database.queries.breaches import Notice
from shared.database.transactions import Database, insist
from shared.metrics import Metric, measure
from shared.ports import Mail, MailRefused, SupplierUnavailable

log = logging.getLogger(__name__)

AT_ONCE = 500
MOST_FAILURES = 5
"""Then the supplier is left in peace until the next run."""

CLAIM = timedelta(hours=1)
"""Of one mail: longer than the job may run."""

SUBJECT = "Personuppgiftsincident hos UpUp / Personal data breach at UpUp"
TEXT = """Hej!

En personuppgiftsincident hos UpUp rör ert konto {company_id}. Ni är personuppgiftsansvariga för era mottagares \
uppgifter och kan behöva anmäla den till Integritetsskyddsmyndigheten inom 72 timmar från det att ni fick veta. \
Svara på det här mejlet om ni har frågor och nämn {breach_id}.

A personal data breach at UpUp concerns your account {company_id}. You are the controller of your recipients' data \
and may have to notify the supervisory authority within 72 hours of having become aware of it. Answer this e-mail \
if you have questions, and mention {breach_id}.

{message}
"""


class Outcome(Enum):
    """Of one mail. Who is refused stays untold, and holds up no other."""

    TOLD = auto()
    REFUSED = auto()
    FAILED = auto()


class NoticesIncomplete(Exception):
    """Some owners could not be told: the next run tells them."""


def tell_of_breaches(database: Database, mail: Mail, now: datetime) -> int:
    """Mail who is to be told; how many mails. Raises `NoticesIncomplete` at the end.

    Only a mail in the middle of which the function dies is sent again, when its claim has run out.
    """
    counts = Counter[Outcome]()
    for notice in _due(database, now):
        if counts[Outcome.FAILED] == MOST_FAILURES:
            break
        with database.transaction() as tx:
            ours = breaches.claim_notice(tx, notice, now, now + CLAIM)
        if ours:
            counts[_mail(database, mail, notice, now)] += 1
    measure(Metric.NOTICES_REFUSED, counts[Outcome.REFUSED], kind="breach")
    if counts[Outcome.FAILED]:
        log.warning("%d owners could not be told of a breach, %d were", counts[Outcome.FAILED], counts[Outcome.TOLD])
        raise NoticesIncomplete
    return counts[Outcome.TOLD]


def _due(database: Database, now: datetime) -> Iterator[Notice]:
    after = (0, "")
    while True:
        with database.transaction() as tx:
            page = breaches.to_tell(tx, now, after, AT_ONCE)
        yield from page
        if len(page) < AT_ONCE:
            return
        after = (page[-1].entry_id, page[-1].member_id)


def _mail(database: Database, mail: Mail, notice: Notice, now: datetime) -> Outcome:
    text = TEXT.format(company_id=notice.company_id, breach_id=notice.breach_id, message=notice.message)
    try:
        mail.send(notice.email, SUBJECT, text)
    except (SupplierUnavailable, MailRefused) as error:
        insist(database, lambda tx: breaches.release_notice(tx, notice))
        return Outcome.REFUSED if isinstance(error, MailRefused) else Outcome.FAILED
    insist(database, lambda tx: breaches.notice_told(tx, notice, now))
    return Outcome.TOLD
