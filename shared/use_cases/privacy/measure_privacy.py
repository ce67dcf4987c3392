"""The figures that alerts watch: what is in clear, what is late, and what is open."""

from collections.abc import Collection
from datetime import datetime, timedelta

from shared.database.queries import access_grants, deliveries, measures, privacy_requests
from shared.database.transactions import Database, Transaction
from shared.domain import retention
from shared.domain.breach import REPORT_WITHIN
from shared.domain.disclosure import ASK_LIFE
from shared.metrics import Metric, measure

LOOK_BACK = timedelta(days=31)
"""How long the rows of a send are looked at after it was encrypted."""


def measure_privacy(
    database: Database, staff_emails: Collection[str], environment: str, now: datetime
) -> dict[str, int]:
    """Tell of each figure in a line of its own; all of them by name. The e-mails may come through the staff door."""
    with database.transaction() as tx:
        figures = _in_clear(tx, now) | _late(tx, now) | _open(tx, now)
        figures[Metric.STAFF_WITHOUT_GRANT] = _without_grant(tx, staff_emails, environment, now)
    for metric, value in figures.items():
        measure(metric, value)
    return {metric.value: value for metric, value in figures.items()}


def _in_clear(tx: Transaction, now: datetime) -> dict[Metric, int]:
    clear = measures.in_clear(tx)
    figures = {
        Metric.ROWS_IN_CLEAR_OVER_LIMIT: deliveries.overdue(tx, now),
        Metric.ROWS_IN_CLEAR_AFTER_ENCRYPTION: deliveries.in_clear_though_encrypted(tx, now - LOOK_BACK),
        Metric.ROWS_IN_CLEAR: clear.rows,
        Metric.OLDEST_ROW_IN_CLEAR_SECONDS: _seconds(clear.oldest, now),
    }
    if clear.nearest_limit is not None:
        figures[Metric.NEAREST_LIMIT_SECONDS] = _seconds(now, clear.nearest_limit)
    return figures


def _late(tx: Transaction, now: datetime) -> dict[Metric, int]:
    """What must be 0, but for the last: what a job should have taken by now, and what staff should have seen to."""
    last_run = now - retention.ERASE_EVERY - retention.RUN_MAY_BE_LATE
    return {
        Metric.TEXTS_OVER_72_HOURS: measures.texts(tx, now - retention.MESSAGE_LIFE),
        Metric.SENDS_OVER_ERASE_LIMIT: measures.sends_to_erase(tx, last_run),
        Metric.BREACHES_OVER_72_HOURS: measures.breaches_open(tx, now - REPORT_WITHIN),
        Metric.PRIVACY_REQUESTS_OVERDUE: privacy_requests.overdue(tx, now),
        Metric.ACCESS_PAST_ITS_END: measures.access_past_its_end(tx, now),
    }


def _open(tx: Transaction, now: datetime) -> dict[Metric, int]:
    return {
        Metric.ERASURES_OPEN: privacy_requests.erasures_open(tx),
        Metric.DISCLOSURES_ASKED: measures.disclosures_asked(tx, now - ASK_LIFE),
        Metric.DISCLOSURES_OPEN: measures.disclosures_open(tx, now),
        Metric.ENDINGS_OPEN: measures.endings_open(tx),
        Metric.ENDING_STEPS_FAILING: measures.ending_steps_failing(tx),
        Metric.BREACH_NOTICES_TO_SEND: measures.breach_notices(tx),
    }


def _without_grant(tx: Transaction, staff_emails: Collection[str], environment: str, now: datetime) -> int:
    return len({email.casefold() for email in staff_emails} - access_grants.open_emails(tx, environment, now.date()))


def _seconds(since: datetime | None, until: datetime) -> int:
    return 0 if since is None else int((until - since).total_seconds())
