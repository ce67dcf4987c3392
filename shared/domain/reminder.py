"""A reminder of a gift that nobody has opened: one a gift, by day, and never close to the end of its days in clear."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.domain.errors import Fault
from shared.domain.extra_sms import Language
from shared.domain.plan import EXTRA_PART_ORE
from shared.domain.retention import RUN_EVERY, RUN_MAY_BE_LATE
from shared.domain.schedule import by_day

PRICE_ORE = EXTRA_PART_ORE
"""Of one, reserved when it is asked for and captured when it leaves."""

MOST_DAYS = 27
LAST = timedelta(days=28)
"""After the upload; a reminder that has not left by then never does…"""

BEFORE_ENCRYPTION = timedelta(hours=48)
"""…nor so shortly before its number is encrypted: its receipt must still find it in clear."""

LEAST_REST = timedelta(days=1)
"""Between a gift's SMS and its reminder."""


class Reminder(Struct, frozen=True):
    """What a company asks for; days from the send's begin."""

    after_days: int
    language: Language


def remind_at(start_at: datetime, after_days: int) -> datetime:
    """From when on its gifts are reminded of: by day in Sweden."""
    return by_day(start_at + timedelta(days=after_days))


def deadline(created_at: datetime, encrypt_at: datetime) -> datetime:
    """The last moment at which a reminder may leave."""
    return min(created_at + LAST, encrypt_at - BEFORE_ENCRYPTION)


def most_days(created_at: datetime, start_at: datetime, encrypt_at: datetime) -> int:
    """The most `after_days` with which a run that takes it still comes before the deadline; 0 where none does."""
    last = deadline(created_at, encrypt_at)
    return max((days for days in range(1, MOST_DAYS + 1) if _latest_run(remind_at(start_at, days)) <= last), default=0)


def faults(wanted: Reminder | None, created_at: datetime, start_at: datetime, encrypt_at: datetime) -> list[Fault]:
    """What is wrong with what was asked for: that it would come too late."""
    if wanted is None or wanted.after_days <= (most := most_days(created_at, start_at, encrypt_at)):
        return []
    text = f"Choose at most {most}" if most else "Leave the reminder out"
    text = f"{text}: with this send's beginning and your days in clear it would come too late."
    return [Fault("reminder.after_days", "too_late", text)]


def _latest_run(due: datetime) -> datetime:
    """When the run that takes what is due then has ended at the latest."""
    return by_day(due + RUN_EVERY) + RUN_MAY_BE_LATE
