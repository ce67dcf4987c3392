"""A company's month: where its money stood, what moved it, and what of it is fee, gifts and VAT. Whole öre.

A month holds the entries that are booked on its days, which are days in UTC, as everywhere in the ledger: entries never
change, so each stays in one month for good. Sweden's day begins one or two hours before, so what is earned in the first
hours of a Swedish month is on the statement of the month before: its VAT is never late. To be confirmed by the
accountant.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from shared.domain import vat
from shared.domain.ledger import Account, Movement, Purpose
from shared.domain.vat import VatClass

ISSUER_NAME = "Uppskattade Upplevelser i Sverige AB"
ISSUER_ORG_NUMBER = "556821-9819"
ISSUER_VAT_NUMBER = "SE556821981901"
ISSUER_PLACE = "Nyköping"


class Line(StrEnum):
    """What a movement counts as."""

    DEPOSITS = "deposits"
    REFUNDS = "refunds"
    DISPUTES = "disputes"
    PAID_BACK = "paid_back"
    FEES = "fees"
    GIFTS = "gifts"
    RESERVED = "reserved"
    RELEASED = "released"
    SETTLED = "settled"


LINES = {
    Purpose.TOP_UP: Line.DEPOSITS,
    Purpose.REFUND: Line.REFUNDS,
    Purpose.REFUND_OWED: Line.REFUNDS,
    Purpose.REFUND_FAILED: Line.REFUNDS,
    Purpose.DISPUTE: Line.DISPUTES,
    Purpose.DISPUTE_OWED: Line.DISPUTES,
    Purpose.DISPUTE_WON: Line.DISPUTES,
    Purpose.PAY_BACK: Line.PAID_BACK,
    Purpose.PAID_BY_BANK: Line.PAID_BACK,
    Purpose.CAPTURE_FEE: Line.FEES,
    Purpose.CAPTURE_VALUE: Line.GIFTS,
    Purpose.RESERVE: Line.RESERVED,
    Purpose.RELEASE: Line.RELEASED,
    Purpose.SETTLE: Line.SETTLED,
}
INSIDE = (Line.RESERVED, Line.RELEASED, Line.SETTLED)
"""From one of the company's own accounts to another: they change none of its total."""


class Position(Struct, frozen=True):
    """Where a company's money stands."""

    available_ore: int = 0
    held_ore: int = 0
    owed_ore: int = 0

    @property
    def total_ore(self) -> int:
        return self.available_ore + self.held_ore - self.owed_ore

    def after(self, movement: Movement) -> "Position":
        return Position(
            self.available_ore + movement.change(Account.AVAILABLE),
            self.held_ore + movement.change(Account.HELD),
            self.owed_ore - movement.change(Account.RECEIVABLE),
        )


class Moved(Struct, frozen=True):
    """All movements of one day for one purpose, taxed alike."""

    day: date
    movement: Movement


class TaxedLine(Struct, frozen=True):
    """All that was earned in the month at one rate: its VAT is rounded once."""

    line: Line
    vat_class: VatClass
    percent: int | None
    taxed: vat.Taxed


class Statement(Struct, frozen=True):
    opening: Position
    closing: Position
    amounts: dict[Line, int]
    """By line; what lowers the total is below zero, and those `INSIDE` are never."""
    taxed: list[TaxedLine]


def make(opening: Position, moved: Sequence[Moved]) -> Statement:
    amounts: Counter[Line] = Counter()
    earned: Counter[tuple[Line, VatClass, int | None]] = Counter()
    closing = opening
    for one in moved:
        movement, line = one.movement, LINES[one.movement.purpose]
        after = closing.after(movement)
        amounts[line] += movement.amount_ore if line in INSIDE else after.total_ore - closing.total_ore
        closing = after
        if taxed_as := movement.taxed_as:
            earned[line, taxed_as, vat.rate(taxed_as, one.day)] += movement.amount_ore
    taxed = [TaxedLine(*kind, vat.split(gross, kind[2])) for kind, gross in sorted(earned.items(), key=_order)]
    return Statement(opening, closing, {line: amounts[line] for line in Line}, taxed)


def _order(earned: tuple[tuple[Line, VatClass, int | None], int]) -> tuple[str, str, int]:
    (line, vat_class, percent), _ = earned
    return line, vat_class, percent or 0


def number(company_id: str, month: date) -> str:
    """A statement's number: a month has one of a company, and it is the same whenever it is asked for."""
    return f"{month:%Y-%m}-{company_id.partition('_')[2]}"


def days_of(month: date) -> tuple[date, date]:
    """From its first day to before the second one given."""
    return month, next_month(month)


def last_day(month: date) -> date:
    return next_month(month) - timedelta(days=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month + timedelta(days=31)).replace(day=1)
