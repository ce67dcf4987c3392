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


def swedish_day(now: datetime) -> date:
    """The day that it is in Sweden."""
    return now.astimezone(STOCKHOLM).date()


def month_begins(now: datetime) -> date:
    """The first day of the month that it is in Sweden."""
    return swedish_day(now).replace(day=1)


def start_at(now: datetime, wanted: datetime | None, quiet_hours: bool) -> datetime:
    """The moment a send begins, in UTC. Raises `TooFarAhead` or `InThePast`."""
    if wanted is not None and wanted < now:
        raise InThePast
    if wanted is not None and wanted > now + FURTHEST_AHEAD:
        raise TooFarAhead
    begins = wanted or now
    return (by_day(begins) if quiet_hours else begins).astimezone(now.tzinfo)


def is_by_day(moment: datetime) -> bool:
    return DAY_BEGINS <= moment.astimezone(STOCKHOLM).time() < DAY_ENDS


def by_day(moment: datetime) -> datetime:
    """The moment, or where it is in the evening or at night the morning after, in the same zone."""
    if is_by_day(moment):
        return moment
    local = moment.astimezone(STOCKHOLM)
    day = local.date() + timedelta(days=local.time() >= DAY_ENDS)
    return datetime.combine(day, DAY_BEGINS, STOCKHOLM).astimezone(moment.tzinfo)
