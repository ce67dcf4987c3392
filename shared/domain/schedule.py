"""When a send may begin: at most 14 days ahead, and by day in Sweden unless the sender says otherwise."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FURTHEST_AHEAD = timedelta(days=14)
DAY_BEGINS, DAY_ENDS = time(9), time(20)
"""Advertising by SMS is sent between these hours, local time."""


class TooFarAhead(ValueError):
    """Further than `FURTHEST_AHEAD`."""


class InThePast(ValueError):
    """Before now."""


def month_begins(now: datetime) -> date:
    """The first day of the month that it is in Sweden."""
    return now.astimezone(STOCKHOLM).date().replace(day=1)


def start_at(now: datetime, wanted: datetime | None, quiet_hours: bool) -> datetime:
    """The moment a send begins, in UTC. Raises `TooFarAhead` or `InThePast`."""
    if wanted is not None and wanted < now:
        raise InThePast
    if wanted is not None and wanted > now + FURTHEST_AHEAD:
        raise TooFarAhead
    begins = (wanted or now).astimezone(STOCKHOLM)
    if quiet_hours and not DAY_BEGINS <= begins.time() < DAY_ENDS:
        day = begins.date() + timedelta(days=begins.time() >= DAY_ENDS)
        begins = datetime.combine(day, DAY_BEGINS, STOCKHOLM)
    return begins.astimezone(now.tzinfo)
