"""Staff say that they have paid a balance back by bank, where no payment at Stripe was left to refund."""

from datetime import datetime

from shared.database.queries import agreements, companies, money, staff_log
from shared.database.transactions import Transaction
from shared.domain.errors import Conflict, NotFound
from shared.domain.ledger import Movement, Purpose


def paid_by_bank(tx: Transaction, account_id: str, amount_ore: int, staff: str, now: datetime) -> int:
    """Book it and let the agreement's end go on; how many of its steps are open.

    Raises `NotFound`, and `Conflict` for another amount than what is left or an agreement that has not ended.
    """
    company = companies.lock(tx, account_id)
    if company is None:
        raise NotFound("There is no such account.")
    if company.state != "closed":
        raise Conflict("The agreement has not ended.")
    if money.lock(tx, account_id).available_ore != amount_ore:
        raise Conflict("That is not what is left of the balance. Look at the account again.")
    money.book(tx, account_id, Movement(Purpose.PAID_BY_BANK, amount_ore), now.date())
    staff_log.add(tx, staff, staff_log.Action.PAID_BY_BANK, [account_id], now)
    return agreements.retry(tx, account_id, now)
