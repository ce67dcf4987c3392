"""What GET /v1/ledger answers: each movement of a company's money once, newest first."""

from datetime import date
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import ledger
from shared.database.queries.ledger import Booked
from shared.database.transactions import Transaction
from shared.domain.ledger import Account, Purpose
from shared.domain.statement import days_of
from shared.domain.vat import VatClass
from shared.http.answers.fields import Currency, Day, Ore, Told, one_of
from shared.http.paging import Listed, Page, list_body

MovementId = Annotated[str, Told({"type": "string", "pattern": "^txn_[a-z0-9]{1,40}$"})]


class LedgerLine(TypedDict):
    """What a movement changed: `amount_ore` what is free, `reserved_ore` what is held for sends and gifts, and
    `owed_ore` what is owed. Each sums to what the account shows. Fees and gifts are taken from what is reserved.
    """

    id: MovementId
    day: Day
    purpose: Annotated[str, one_of(Purpose)]
    amount_ore: Ore
    reserved_ore: Ore
    owed_ore: Ore
    vat_class: Annotated[str, one_of(VatClass)] | None
    currency: Currency


def read_place(text: str) -> str:
    """A movement's id, as a cursor's place. Raises ValueError."""
    if not text.startswith("txn_"):
        raise ValueError("no movement")
    return text


def ledger_list(tx: Transaction, company_id: str, month: date | None, page: Page) -> Listed[LedgerLine]:
    """Of all months, or of one."""
    after = page.after[0] if page.after else None
    found = ledger.page(tx, company_id, days_of(month) if month else None, after, page.limit)
    return list_body([_line(one) for one in found], page.limit, *([found[-1].id] if found else []))


def _line(one: Booked) -> LedgerLine:
    movement = one.movement
    return {
        "id": one.id,
        "day": one.day.isoformat(),
        "purpose": movement.purpose,
        "amount_ore": movement.change(Account.AVAILABLE),
        "reserved_ore": movement.change(Account.HELD),
        "owed_ore": -movement.change(Account.RECEIVABLE),
        "vat_class": movement.taxed_as,
        "currency": "SEK",
    }
