"""A personal data breach: how long there is to report it, and its states. A closed one can still be added to."""

from datetime import datetime, timedelta
from enum import StrEnum

REPORT_WITHIN = timedelta(hours=72)
"""From when it was found until the supervisory authority must know (Art. 33(1))."""


class BreachState(StrEnum):
    OPEN = "open"
    REPORTED = "reported"
    CLOSED = "closed"


MOVES: dict[BreachState, tuple[BreachState, ...]] = {
    BreachState.OPEN: (BreachState.REPORTED, BreachState.CLOSED),
    BreachState.REPORTED: (BreachState.CLOSED,),
    BreachState.CLOSED: (),
}


def report_by(found_at: datetime) -> datetime:
    return found_at + REPORT_WITHIN
