"""Double-entry bookkeeping of a company's balance, in whole öre.

Five accounts: what was paid in (`payments`), what is free to use (`available`), what sends have reserved (`held`),
and what UpUp has earned: its fee (`fees`) and the value of redeemed gifts (`gifts`). Every movement sums to zero.
"""

from dataclasses import dataclass
from enum import StrEnum


class Account(StrEnum):
    PAYMENTS = "payments"
    AVAILABLE = "available"
    HELD = "held"
    FEES = "fees"
    GIFTS = "gifts"


class Purpose(StrEnum):
    TOP_UP = "top_up"
    RESERVE = "reserve"
    CAPTURE_FEE = "capture_fee"
    CAPTURE_VALUE = "capture_value"
    RELEASE = "release"
    PAY_BACK = "pay_back"


ROUTES = {
    Purpose.TOP_UP: (Account.PAYMENTS, Account.AVAILABLE),
    Purpose.RESERVE: (Account.AVAILABLE, Account.HELD),
    Purpose.CAPTURE_FEE: (Account.HELD, Account.FEES),
    Purpose.CAPTURE_VALUE: (Account.HELD, Account.GIFTS),
    Purpose.RELEASE: (Account.HELD, Account.AVAILABLE),
    Purpose.PAY_BACK: (Account.AVAILABLE, Account.PAYMENTS),
}


@dataclass(frozen=True, slots=True)
class Entry:
    account: Account
    amount_ore: int


@dataclass(frozen=True, slots=True)
class Movement:
    """An amount on its way from one account to another. Raises ValueError for one that is not above 0."""

    purpose: Purpose
    amount_ore: int

    def __post_init__(self) -> None:
        if self.amount_ore <= 0:
            raise ValueError("a movement is of at least one öre")

    @property
    def entries(self) -> tuple[Entry, Entry]:
        """The two lines of the book: they sum to zero."""
        source, target = ROUTES[self.purpose]
        return Entry(source, -self.amount_ore), Entry(target, self.amount_ore)

    def change(self, account: Account) -> int:
        """By how much the account changes."""
        return sum(entry.amount_ore for entry in self.entries if entry.account is account)
