"""The ledger as it is read: each movement once, by the one of its two entries that is below zero."""

from datetime import date

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain.ledger import Movement, Purpose
from shared.domain.statement import Moved, Position
from shared.domain.vat import VatClass


class Booked(Struct, frozen=True):
    id: str
    day: date
    movement: Movement


def _movement(purpose: str, amount_ore: int, vat_class: str | None) -> Movement:
    return Movement(Purpose(purpose), int(amount_ore), VatClass(vat_class) if vat_class else None)


Span = tuple[date, date]
"""From the first day to before the second."""


def page(tx: Transaction, company_id: str, span: Span | None, after: str | None, most: int) -> list[Booked]:
    """Newest first, from just after a movement; of all days, or of a span of them."""
    days, of_days = (" AND booked_on >= %s AND booked_on < %s", span) if span else ("", ())
    place, of_place = "", tuple[str, ...]()
    if after is not None:
        place = (
            " AND id < (SELECT MIN(id) FROM ledger_entries"
            " WHERE company_id = %s AND transaction_id = %s AND amount_ore < 0)"
        )
        of_place = (company_id, after)
    return tx.all(
        lambda booked_id, day, *rest: Booked(booked_id, day, _movement(*rest)),
        "SELECT transaction_id, booked_on, purpose, -amount_ore, vat_class FROM ledger_entries"
        f" WHERE company_id = %s AND amount_ore < 0{days}{place} ORDER BY id DESC LIMIT %s",
        (company_id, *of_days, *of_place, most),
    )


def position(tx: Transaction, company_id: str, before: date) -> Position:
    """Where the company's money stood as the day began."""
    sums = dict(
        tx.all(
            lambda account, amount_ore: (str(account), int(amount_ore)),
            "SELECT account, SUM(amount_ore) FROM ledger_entries WHERE company_id = %s AND booked_on < %s"
            " AND account IN ('available', 'held', 'receivable') GROUP BY account",
            (company_id, before),
        )
    )
    return Position(sums.get("available", 0), sums.get("held", 0), -sums.get("receivable", 0))


def moved(tx: Transaction, company_id: str, span: Span) -> list[Moved]:
    """What was booked in a span, summed by day, purpose and VAT class."""
    return tx.all(
        lambda day, *rest: Moved(day, _movement(*rest)),
        "SELECT booked_on, purpose, -SUM(amount_ore), vat_class FROM ledger_entries"
        " WHERE company_id = %s AND amount_ore < 0 AND booked_on >= %s AND booked_on < %s"
        " GROUP BY booked_on, purpose, vat_class ORDER BY booked_on, purpose, vat_class",
        (company_id, *span),
    )


def months(tx: Transaction, company_id: str, before: date | None, most: int) -> list[tuple[date, int]]:
    """(first day, total as the month ended) of the months with movement, newest first, from before a month."""
    totals = tx.all(
        lambda year, month, change: (date(year, month, 1), int(change)),
        "SELECT YEAR(booked_on) AS y, MONTH(booked_on) AS m,"
        " COALESCE(SUM(IF(account IN ('available', 'held', 'receivable'), amount_ore, 0)), 0)"
        " FROM ledger_entries WHERE company_id = %s GROUP BY y, m ORDER BY y, m",
        (company_id,),
    )
    found, total = [], 0
    for month, change in totals:
        total += change
        found.append((month, total))
    return [one for one in reversed(found) if before is None or one[0] < before][:most]
