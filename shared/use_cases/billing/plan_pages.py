"""The pages at Stripe where a company pays its plan, and changes card and plan or cancels."""

from shared.database.queries import companies, people
from shared.database.transactions import Database
from shared.domain.errors import Conflict, Unavailable
from shared.ports import PaidAlready, Payments, SupplierUnavailable


def begin_checkout(database: Database, payments: Payments, company_id: str, person_id: str) -> str:
    """The Checkout of a plan that is not paid yet: the open one, or a new one where that was lost or has expired.

    Raises `Conflict` where it is paid, and `Unavailable`.
    """
    with database.transaction() as tx:
        company, person = companies.get(tx, company_id), people.get(tx, person_id)
    if company is None or person is None or company.state != "pending" or company.stripe_subscription:
        raise Conflict("The plan is paid already.")
    try:
        return payments.subscribe(company_id, company.name, person.email, company.plan)
    except PaidAlready:
        raise Conflict("The plan is paid: the account opens in a moment.") from None
    except SupplierUnavailable:
        raise Unavailable("The payment page cannot be opened just now. Try again in a minute.") from None


def open_portal(database: Database, payments: Payments, company_id: str) -> str:
    """Raises `Conflict` before the plan is paid and when the agreement has ended, `Unavailable` when Stripe is away."""
    with database.transaction() as tx:
        company = companies.get(tx, company_id)
    if company is None or company.stripe_customer is None:
        raise Conflict("Pay the plan first: the account has no customer at Stripe yet.")
    try:
        return payments.portal(company.stripe_customer)
    except SupplierUnavailable:
        raise Unavailable("The page cannot be opened just now. Try again in a minute.") from None
