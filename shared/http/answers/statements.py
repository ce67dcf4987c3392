"""What the calls about statements answer: a company's months, one as the data of a page, and as a file."""

from datetime import date
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import companies, ledger
from shared.database.transactions import Transaction
from shared.domain import statement
from shared.domain.errors import NotFound
from shared.domain.statement import Line, Position, Statement, TaxedLine, days_of, next_month
from shared.domain.vat import Taxed, VatClass
from shared.http.answers.fields import Currency, Day, Ore, Told, one_of
from shared.http.paging import Listed, Page, list_body

Month = Annotated[str, Told({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"})]


class ShownMonth(TypedDict):
    """A month with movement; one that is not `complete` goes on. `closing_ore` is the total as it ended."""

    month: Month
    number: str
    complete: bool
    closing_ore: Ore
    currency: Currency


class ShownPosition(TypedDict):
    """`total_ore` is what is free and what is reserved, less what is owed."""

    free_ore: Ore
    reserved_ore: Ore
    owed_ore: Ore
    total_ore: Ore


class Issuer(TypedDict):
    name: str
    org_number: str
    vat_number: str
    place: str


class StatedCompany(TypedDict):
    name: str
    org_number: str


class Movements(TypedDict):
    """What changed the total, below zero where it was lowered: the opening total and these are the closing one."""

    deposits_ore: Ore
    refunds_ore: Ore
    disputes_ore: Ore
    paid_back_ore: Ore
    fees_ore: Ore
    gifts_ore: Ore


class Inside(TypedDict):
    """What went from free to reserved and back, and what settled a debt: the total stayed."""

    reserved_ore: Ore
    released_ore: Ore
    settled_ore: Ore


class VatSplit(TypedDict):
    """What was paid, in its parts: net and VAT are gross."""

    net_ore: Ore
    vat_ore: Ore
    gross_ore: Ore


class ShownTaxed(VatSplit):
    """All fees, or all gifts, at one rate. `rate_percent` is null where no VAT is due from UpUp."""

    line: Annotated[str, one_of((Line.FEES.value, Line.GIFTS.value))]
    vat_class: Annotated[str, one_of(VatClass)]
    rate_percent: int | None


class ShownStatement(TypedDict):
    """A month's statement. Its days, from `first_day` to `last_day`, are counted in UTC."""

    number: str
    month: Month
    first_day: Day
    last_day: Day
    complete: bool
    issuer: Issuer
    company: StatedCompany
    opening: ShownPosition
    movements: Movements
    inside: Inside
    closing: ShownPosition
    taxed: list[ShownTaxed]
    taxed_total: VatSplit
    currency: Currency


def read_place(text: str) -> date:
    """A month's first day, as a cursor's place. Raises ValueError."""
    return date.fromisoformat(text)


def month_list(tx: Transaction, company_id: str, page: Page, today: date) -> Listed[ShownMonth]:
    before = read_place(page.after[0]) if page.after else None
    found = ledger.months(tx, company_id, before, page.limit)
    items: list[ShownMonth] = [
        {
            "month": f"{month:%Y-%m}",
            "number": statement.number(company_id, month),
            "complete": next_month(month) < today,  # what began before midnight may still be booked
            "closing_ore": total_ore,
            "currency": "SEK",
        }
        for month, total_ore in found
    ]
    return list_body(items, page.limit, *([found[-1][0].isoformat()] if found else []))


def one_statement(tx: Transaction, company_id: str, month: date, today: date) -> ShownStatement:
    """Of a month that has begun; one without movement has it all at zero, or where it stood."""
    company = companies.get(tx, company_id)
    if company is None:
        raise NotFound("There is no such account.")
    first, before = days = days_of(month)
    made = statement.make(ledger.position(tx, company_id, first), ledger.moved(tx, company_id, days))
    taxed = [one.taxed for one in made.taxed]
    return {
        "number": statement.number(company_id, month),
        "month": f"{month:%Y-%m}",
        "first_day": first.isoformat(),
        "last_day": statement.last_day(month).isoformat(),
        "complete": before <= today,
        "issuer": {
            "name": statement.ISSUER_NAME,
            "org_number": statement.ISSUER_ORG_NUMBER,
            "vat_number": statement.ISSUER_VAT_NUMBER,
            "place": statement.ISSUER_PLACE,
        },
        "company": {"name": company.name, "org_number": f"{company.org_number[:6]}-{company.org_number[6:]}"},
        "opening": _position(made.opening),
        **_moved(made),
        "closing": _position(made.closing),
        "taxed": [_taxed(one) for one in made.taxed],
        "taxed_total": _split(Taxed(sum(one.net_ore for one in taxed), sum(one.vat_ore for one in taxed))),
        "currency": "SEK",
    }


class _Moved(TypedDict):
    movements: Movements
    inside: Inside


def _moved(made: Statement) -> _Moved:
    amounts = made.amounts
    return {
        "movements": {
            "deposits_ore": amounts[Line.DEPOSITS],
            "refunds_ore": amounts[Line.REFUNDS],
            "disputes_ore": amounts[Line.DISPUTES],
            "paid_back_ore": amounts[Line.PAID_BACK],
            "fees_ore": amounts[Line.FEES],
            "gifts_ore": amounts[Line.GIFTS],
        },
        "inside": {
            "reserved_ore": amounts[Line.RESERVED],
            "released_ore": amounts[Line.RELEASED],
            "settled_ore": amounts[Line.SETTLED],
        },
    }


def _position(one: Position) -> ShownPosition:
    return {
        "free_ore": one.available_ore,
        "reserved_ore": one.held_ore,
        "owed_ore": one.owed_ore,
        "total_ore": one.total_ore,
    }


def _split(taxed: Taxed) -> VatSplit:
    return {"net_ore": taxed.net_ore, "vat_ore": taxed.vat_ore, "gross_ore": taxed.gross_ore}


def _taxed(one: TaxedLine) -> ShownTaxed:
    return {"line": one.line, "vat_class": one.vat_class, "rate_percent": one.percent, **_split(one.taxed)}
