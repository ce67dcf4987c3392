"""Months as they are asked for: 2026-11, and none that is still to come."""

import re
from datetime import date

from shared.domain.errors import Fault, NotAcceptable

_WRITTEN = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])").fullmatch


def read_month(text: str, today: date) -> date:
    """Its first day. Raises `NotAcceptable`."""
    if not _WRITTEN(text) or text.startswith("0000"):
        raise _refused("not_a_month", "month is written as 2026-11.")
    month = date.fromisoformat(f"{text}-01")
    if month > today:
        raise _refused("in_the_future", "month is one that has begun, counted in UTC.")
    return month


def _refused(code: str, message: str) -> NotAcceptable:
    return NotAcceptable("The month cannot be shown.", [Fault("month", code, message)])
