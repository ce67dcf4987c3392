"""How an agreement ends: a grace in which it can be taken back, then steps, each with what must come before it."""

from datetime import timedelta
from enum import StrEnum

GRACE = timedelta(days=14)
"""Longer than backups live: whatever is restored, the end is in it and comes again by itself."""

FIRST_WAIT = timedelta(hours=1)
LONGEST_WAIT = timedelta(hours=24)

CLOSING = ("closing", "closed")


class Because(StrEnum):
    """Who ended the agreement."""

    OWNER = "owner"
    SUBSCRIPTION = "subscription"


class PlanNotice(StrEnum):
    """What owners are told of their plan's end."""

    WILL_END = "will_end"
    CANCELLED = "cancelled"
    UNPAID = "unpaid"
    """It has ended as its payments failed."""


class Step(StrEnum):
    STOP_SENDS = "stop_sends"
    EMPTY_NUMBERS = "empty_numbers"
    DESTROY_KEY = "destroy_key"
    CANCEL_SUBSCRIPTION = "cancel_subscription"
    PAY_BACK = "pay_back"
    ERASE_AT_MAILCHIMP = "erase_at_mailchimp"
    ERASE_AT_HUBSPOT = "erase_at_hubspot"
    LOG_ERASURE = "log_erasure"
    DELETE_ROWS = "delete_rows"
    DELETE_PEOPLE = "delete_people"
    EMPTY_COMPANY = "empty_company"
    CLOSE_BOOKS = "close_books"


NEEDS: dict[Step, tuple[Step, ...]] = {
    Step.STOP_SENDS: (),
    Step.EMPTY_NUMBERS: (Step.STOP_SENDS,),
    # what is in clear could not be encrypted any more when its days are over
    Step.DESTROY_KEY: (Step.EMPTY_NUMBERS,),
    Step.CANCEL_SUBSCRIPTION: (),
    Step.PAY_BACK: (Step.STOP_SENDS,),
    Step.ERASE_AT_MAILCHIMP: (),
    Step.ERASE_AT_HUBSPOT: (),
    Step.LOG_ERASURE: (),
    Step.DELETE_ROWS: (Step.STOP_SENDS, Step.LOG_ERASURE),
    # the suppliers know people by their e-mail
    Step.DELETE_PEOPLE: (Step.ERASE_AT_MAILCHIMP, Step.ERASE_AT_HUBSPOT, Step.LOG_ERASURE),
    Step.EMPTY_COMPANY: (Step.DESTROY_KEY, Step.CANCEL_SUBSCRIPTION, Step.DELETE_ROWS, Step.DELETE_PEOPLE),
    # the value of open gifts stays held until they are redeemed or have expired, and what is released is paid back
    Step.CLOSE_BOOKS: (Step.PAY_BACK, Step.EMPTY_COMPANY),
}
"""In the order in which they are tried. A supplier that is away holds up no more than what needs it."""


def wait_after(tries: int) -> timedelta:
    """Until the next try, after so many that failed."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 10)), LONGEST_WAIT)
