"""What GET /v1/statistics answers: by day and gift for 30 days, by month and gift before that."""

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta
from typing import Annotated

from flask import Request
from msgspec import Struct
from msgspec.structs import astuple
from typing_extensions import TypedDict

from shared.database.queries import figures
from shared.database.queries.figures import Figure
from shared.database.transactions import Transaction
from shared.domain.errors import Fault, NotAcceptable
from shared.http.answers.fields import Currency, Day, Ore, one_of

DAYS_BY_DAY = timedelta(days=30)
DEFAULT_SPAN = timedelta(days=365)
_WRITTEN_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


class ShownCounts(TypedDict):
    sent: int
    delivered: int
    opened: int
    redeemed: int
    cost_ore: Ore


class Period(ShownCounts):
    """A day (2026-11-23) of the last 30, or a month (2026-11) before that."""

    period: str
    unit: Annotated[str, one_of(("day", "month"))]
    gift: str


Statistics = TypedDict(
    "Statistics",
    {"from": Day, "to": Day, "items": list[Period], "total": ShownCounts, "currency": Currency},
)


class Counts(Struct):
    sent: int = 0
    delivered: int = 0
    opened: int = 0
    redeemed: int = 0
    cost_ore: int = 0

    def add(self, figure: Figure) -> None:
        self.sent += figure.sent
        self.delivered += figure.delivered
        self.opened += figure.opened
        self.redeemed += figure.redeemed
        self.cost_ore += figure.cost_ore

    def shown(self) -> ShownCounts:
        return {
            "sent": self.sent,
            "delivered": self.delivered,
            "opened": self.opened,
            "redeemed": self.redeemed,
            "cost_ore": self.cost_ore,
        }


def read_span(request: Request, today: date) -> tuple[date, date]:
    """`?from=` and `?to=`, both days included, and none after today; the year up to today without them.

    Raises `NotAcceptable`.
    """
    faults: list[Fault] = []
    asked = _day(request, "to", today, faults)
    last = min(asked, today)  # the database knows no day after the year 9999's last
    first = _day(request, "from", last - min(DEFAULT_SPAN, last - date.min), faults)
    if not faults and first > asked:
        faults.append(Fault("from", "after_to", "from is a day before to, or the same."))
    if faults:
        raise NotAcceptable("The statistics cannot be shown like this.", faults)
    return first, last


def _day(request: Request, name: str, default: date, faults: list[Fault]) -> date:
    text = request.args.get(name)
    if text is None:
        return default
    with suppress(ValueError):
        if _WRITTEN_DAY(text):
            return date.fromisoformat(text)
    faults.append(Fault(name, "not_a_day", f"{name} is a day written as 2026-11-23."))
    return default


def statistics(tx: Transaction, company_id: str, first: date, last: date, today: date) -> Statistics:
    """Each SMS counts on the day it was sent, each gift on the days it was opened and redeemed.

    Of a send that was encrypted early, and of all before the last 30 days, the month alone is known: a month that
    `first` or `last` falls into is shown whole.
    """
    by_day_from = today - DAYS_BY_DAY + timedelta(days=1)
    found: dict[tuple[str, str], Counts] = {}
    total = Counts()
    for figure in figures.between(tx, company_id, _month(first), _last_of_month(last)):
        whole = figure.is_month or figure.day < by_day_from
        if not whole and not first <= figure.day <= last:
            continue
        period = f"{figure.day:%Y-%m}" if whole else figure.day.isoformat()
        found.setdefault((period, figure.gift_code), Counts()).add(figure)
        total.add(figure)
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "items": [
            {
                "period": period,
                "unit": "month" if len(period) == len("2026-11") else "day",
                "gift": gift,
                **counts.shown(),
            }
            for (period, gift), counts in sorted(found.items(), reverse=True)
            if any(astuple(counts))
        ],
        "total": total.shown(),
        "currency": "SEK",
    }


def _month(day: date) -> date:
    return day.replace(day=1)


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
