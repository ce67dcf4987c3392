"""Double-entry bookkeeping of a company's balance, in whole öre.

Six accounts: what was paid in (`payments`), what is free to use (`available`), what sends have reserved (`held`),
what UpUp has earned: its fee (`fees`) and the value of redeemed gifts (`gifts`), and what the company owes
(`receivable`, whose entries sum to what is owed, below zero). Every movement sums to zero. While anything is owed
nothing is available: whatever becomes free settles it first.

Purposes: TOP_UP a deposit; RESERVE, CAPTURE_FEE, CAPTURE_VALUE, RELEASE of sends; PAY_BACK by us at an agreement's end,
or PAID_BY_BANK;
REFUND by hand at Stripe, DISPUTE by the cardholder's bank, each with …_OWED for what the balance does not cover, and
REFUND_FAILED and DISPUTE_WON for what comes back; SETTLE pays what is owed.
"""

from enum import StrEnum

from msgspec import Struct

from shared.domain.vat import VatClass


class Account(StrEnum):
    PAYMENTS = "payments"
    AVAILABLE = "available"
    HELD = "held"
    FEES = "fees"
    GIFTS = "gifts"
    RECEIVABLE = "receivable"


class Purpose(StrEnum):
    TOP_UP = "top_up"
    RESERVE = "reserve"
    CAPTURE_FEE = "capture_fee"
    CAPTURE_VALUE = "capture_value"
    RELEASE = "release"
    PAY_BACK = "pay_back"
    PAID_BY_BANK = "paid_by_bank"
    REFUND = "refund"
    REFUND_OWED = "refund_owed"
    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    DISPUTE_OWED = "dispute_owed"
    DISPUTE_WON = "dispute_won"
    SETTLE = "settle"


ROUTES = {
    Purpose.TOP_UP: (Account.PAYMENTS, Account.AVAILABLE),
    Purpose.RESERVE: (Account.AVAILABLE, Account.HELD),
    Purpose.CAPTURE_FEE: (Account.HELD, Account.FEES),
    Purpose.CAPTURE_VALUE: (Account.HELD, Account.GIFTS),
    Purpose.RELEASE: (Account.HELD, Account.AVAILABLE),
    Purpose.PAY_BACK: (Account.AVAILABLE, Account.PAYMENTS),
    Purpose.PAID_BY_BANK: (Account.AVAILABLE, Account.PAYMENTS),
    Purpose.REFUND: (Account.AVAILABLE, Account.PAYMENTS),
    Purpose.REFUND_OWED: (Account.RECEIVABLE, Account.PAYMENTS),
    Purpose.REFUND_FAILED: (Account.PAYMENTS, Account.AVAILABLE),
    Purpose.DISPUTE: (Account.AVAILABLE, Account.PAYMENTS),
    Purpose.DISPUTE_OWED: (Account.RECEIVABLE, Account.PAYMENTS),
    Purpose.DISPUTE_WON: (Account.PAYMENTS, Account.AVAILABLE),
    Purpose.SETTLE: (Account.AVAILABLE, Account.RECEIVABLE),
}


EARNED = (Purpose.CAPTURE_FEE, Purpose.CAPTURE_VALUE)


class Entry(Struct, frozen=True):
    account: Account
    amount_ore: int


class Movement(Struct, frozen=True):
    """An amount on its way from one account to another. Raises ValueError for one that is not above 0."""

    purpose: Purpose
    amount_ore: int
    vat_class: VatClass | None = None

    def __post_init__(self) -> None:
        if self.amount_ore <= 0:
            raise ValueError("a movement is of at least one öre")

    @property
    def entries(self) -> tuple[Entry, Entry]:
        """The two lines of the book: they sum to zero."""
        source, target = ROUTES[self.purpose]
        return Entry(source, -self.amount_ore), Entry(target, self.amount_ore)

    @property
    def taxed_as(self) -> VatClass | None:
        """Of what is earned, and None of what is not; the full rate where nothing was said."""
        return (self.vat_class or VatClass.STANDARD) if self.purpose in EARNED else None

    def change(self, account: Account) -> int:
        """By how much the account changes."""
        return sum(entry.amount_ore for entry in self.entries if entry.account is account)


class TakingBack(Struct, frozen=True):
    """A way in which a payment is taken back: what is covered, what is not, and what comes back after all."""

    covered: Purpose
    owed: Purpose
    undone: Purpose

    def movements(self, more_ore: int, available_ore: int) -> list[Movement]:
        """What books that so much more of a payment is gone; below 0 that so much of it is there again."""
        if more_ore < 0:
            return [Movement(self.undone, -more_ore)]
        covered = min(more_ore, available_ore)
        parts = ((self.covered, covered), (self.owed, more_ore - covered))
        return [Movement(purpose, amount) for purpose, amount in parts if amount]


REFUNDED = TakingBack(Purpose.REFUND, Purpose.REFUND_OWED, Purpose.REFUND_FAILED)
DISPUTED = TakingBack(Purpose.DISPUTE, Purpose.DISPUTE_OWED, Purpose.DISPUTE_WON)
