"""A company pays in a deposit through Checkout."""

from datetime import datetime

from shared.database.queries import companies, money
from shared.database.transactions import Database
from shared.domain.agreement import CLOSING
from shared.domain.errors import Conflict, Unavailable
from shared.ports import Payments, SupplierUnavailable


def top_up(
    database: Database, payments: Payments, top_up_id: str, company_id: str, amount_ore: int, now: datetime
) -> str:
    """Begin the Checkout and return its address; the balance grows when Stripe says that it is paid.

    Raises `Conflict` before the plan is paid and when the agreement ends, `Unavailable` when Stripe is away.
    """
    with database.transaction() as tx:
        company = companies.get(tx, company_id)
        if company is None or company.stripe_customer is None:
            raise Conflict("Pay the plan first: the account has no customer at Stripe yet.")
        if company.state in CLOSING:
            raise Conflict("The agreement is ending: what is left of the balance is paid back to you.")
        money.add_top_up(tx, money.TopUp(top_up_id, company_id, amount_ore, "open"), now)
    try:
        return payments.top_up(top_up_id, company.stripe_customer, amount_ore)
    except SupplierUnavailable:
        raise Unavailable("The payment page cannot be opened just now. Try again in a minute.") from None
