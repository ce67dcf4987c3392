"""A person's request: what can be asked for, how far it has come, and until when it must be answered."""

from calendar import monthrange
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    FIND = "find"
    EXPORT = "export"
    RECTIFY = "rectify"
    ERASE = "erase"


READS = (Kind.FIND, Kind.EXPORT)
"""They change nothing."""


class State(StrEnum):
    RECEIVED = "received"
    IN_PROGRESS = "in_progress"
    """Something is waited for: an SMS in its call, or a supplier."""
    ANSWERED = "answered"
    """What was found can be read, anew at each reading, until the request is due."""
    DONE = "done"


UNANSWERED = (State.RECEIVED, State.IN_PROGRESS)


class Source(StrEnum):
    """Who asked: the company, or a recipient through the gift's link."""

    COMPANY = "company"
    RECIPIENT = "recipient"


class About(StrEnum):
    RECIPIENT = "recipient"
    ACCOUNT_HOLDER = "account_holder"


class Step(StrEnum):
    RECEIVED = "received"
    OWNERS_TOLD = "owners_told"
    BEGAN = "began"
    SHOWN = "shown"
    WAITS = "waits"
    NEEDS_OWNER = "needs_owner"
    """The company's only owner goes when there is another."""
    ANSWERED = "answered"
    DONE = "done"
    DONE_BY_ANOTHER = "done_by_another"
    """An erasure of the same person left nothing to do."""
    CLOSED = "closed"
    """What was answered can no longer be read."""


def due_at(received: datetime) -> datetime:
    """One month later: the same day of the next month, or its last one."""
    year, month = (received.year + 1, 1) if received.month == 12 else (received.year, received.month + 1)
    return received.replace(year=year, month=month, day=min(received.day, monthrange(year, month)[1]))
