"""Every night: did the companies' keys decipher more, or less, than our own log of readings says?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared.database.queries import disclosures
from shared.database.transactions import Database
from shared.metrics import tell
from shared.ports import KeyAudit

METRIC = "decrypts_unaccounted"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Decrypts of a day with companies' keys: as the key service knows them, and as our readings announced them.

    `unaccounted` is summed up company by company, whichever side has more: one's surplus hides no other's lack.
    """

    audited: int
    logged: int
    unaccounted: int


def compare_decrypts(database: Database, audit: KeyAudit, now: datetime) -> Comparison:
    """The UTC day before: it ended at least an hour before a run at 03:10 in Stockholm. Raises `SupplierUnavailable`.

    A difference is an error for a person: a decipher that nobody logged is a breach; one that was logged and never
    made is a reading that the key service failed.
    """
    day = now.date() - timedelta(days=1)
    audited = audit.decrypts(day)
    with database.transaction() as tx:
        logged = disclosures.decrypts(tx, day)
    differing = _differing(audited, logged)
    unaccounted = sum(abs(more) for more in differing.values())
    _tell(day, unaccounted, differing)
    return Comparison(sum(audited.values()), sum(logged.values()), unaccounted)


def _differing(audited: Mapping[str, int], logged: Mapping[str, int]) -> dict[str, int]:
    """By company how many more the key service knows than we do."""
    more = {one: audited.get(one, 0) - logged.get(one, 0) for one in audited.keys() | logged.keys()}
    return {one: number for one, number in more.items() if number}


def _tell(day: date, unaccounted: int, differing: Mapping[str, int]) -> None:
    """`companies` is empty where all agrees: `acc_a+1 acc_b-2` says that A's key did one more, and B's two fewer."""
    severity = "ERROR" if unaccounted else "INFO"
    companies = " ".join(f"{one}{more:+}" for one, more in sorted(differing.items()))
    tell({"severity": severity, "metric": METRIC, "value": unaccounted, "day": day.isoformat(), "companies": companies})
