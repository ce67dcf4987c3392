"""Every night: did the companies' keys decipher more, or less, than our own log of readings says?"""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.database.queries import cursors, disclosures
from shared.database.transactions import Database
from shared.metrics import Metric
from shared.observability.logs import tell
from shared.ports import KeyAudit

log = logging.getLogger(__name__)

CURSOR = "decrypts-compared"
MOST_DAYS = 30
"""As long as Cloud Audit Logs keep what they know."""


class Comparison(Struct, frozen=True):
    """Decrypts with companies' keys: as the key service knows them, and as our readings announced them.

    `unaccounted` is summed up by company and day, whichever side has more: one's surplus hides no other's lack.
    """

    audited: int
    logged: int
    unaccounted: int


def compare_decrypts(database: Database, audit: KeyAudit, now: datetime) -> Comparison:
    """Each UTC day since the last that was compared, and in any case the one before; all of them together.

    That day ended at least an hour before a run at 03:10 in Stockholm. A difference is an error for a person: a
    decipher that nobody logged is a breach; one that was logged and never made is a reading that the key service
    failed. Raises `SupplierUnavailable`: the next run goes on from there.
    """
    found = [_compare(database, audit, day) for day in _days(database, now.date() - timedelta(days=1))]
    return Comparison(
        sum(one.audited for one in found), sum(one.logged for one in found), sum(one.unaccounted for one in found)
    )


def _days(database: Database, last: date) -> list[date]:
    """The days to compare, the oldest first."""
    with database.transaction() as tx:
        cursor = cursors.get(tx, CURSOR)
    since = (last - date.fromisoformat(cursor)).days if cursor else 1
    if since > MOST_DAYS:
        log.error("%d days were never compared: the audit logs of them are gone", since - MOST_DAYS)
    return [last - timedelta(days=back) for back in reversed(range(min(max(since, 1), MOST_DAYS)))]


def _compare(database: Database, audit: KeyAudit, day: date) -> Comparison:
    audited = audit.decrypts(day)
    with database.transaction() as tx:
        logged = disclosures.decrypts(tx, day)
    differing = _differing(audited, logged)
    unaccounted = sum(abs(more) for more in differing.values())
    _tell(day, unaccounted, differing)
    with database.transaction() as tx:  # told first: what is told twice does less harm than what never is
        cursors.put(tx, CURSOR, day.isoformat())
    return Comparison(sum(audited.values()), sum(logged.values()), unaccounted)


def _differing(audited: Mapping[str, int], logged: Mapping[str, int]) -> dict[str, int]:
    """By company how many more the key service knows than we do."""
    more = {one: audited.get(one, 0) - logged.get(one, 0) for one in audited.keys() | logged.keys()}
    return {one: number for one, number in more.items() if number}


def _tell(day: date, unaccounted: int, differing: Mapping[str, int]) -> None:
    """`companies` is empty where all agrees: `acc_a+1 acc_b-2` says that A's key did one more, and B's two fewer."""
    severity = "ERROR" if unaccounted else "INFO"
    companies = " ".join(f"{one}{more:+}" for one, more in sorted(differing.items()))
    metric = Metric.DECRYPTS_UNACCOUNTED.value
    tell({"severity": severity, "metric": metric, "value": unaccounted, "day": day.isoformat(), "companies": companies})
