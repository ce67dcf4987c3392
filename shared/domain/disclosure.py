"""Reading an encrypted send: one of the staff asks, another approves, and both may read for an hour."""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

OPEN_FOR = timedelta(hours=1)
ASK_LIFE = timedelta(days=7)
"""How long an ask waits for somebody to approve it."""

SHORTEST_REASON, LONGEST_REASON = 10, 500


class DisclosureState(StrEnum):
    ASKED = "asked"
    OPEN = "open"
    CLOSED = "closed"
    EXPIRED = "expired"


def state_at(now: datetime, asked_at: datetime, closes_at: datetime | None) -> DisclosureState:
    """`closes_at` is None while nobody has approved."""
    if closes_at is None:
        return DisclosureState.ASKED if now < asked_at + ASK_LIFE else DisclosureState.EXPIRED
    return DisclosureState.OPEN if now < closes_at else DisclosureState.CLOSED


class Disclosed(Struct, frozen=True):
    """A deciphered delivery: who got what. `gift` is its code, None where none was issued."""

    position: int
    state: str
    phone: str
    gift: str | None

    def __repr__(self) -> str:
        return f"Disclosed({self.position}, {self.state})"
