"""A plan that would renew within the grace of a closing account is not charged again; taking it back undoes that."""

import logging
from datetime import datetime

from shared.database.queries import companies
from shared.database.transactions import Database
from shared.domain.agreement import CLOSING
from shared.ports import Payments, SupplierUnavailable
from shared.use_cases.accounts.close_account import close_account, reopen_account

log = logging.getLogger(__name__)


def follow_closing(database: Database, payments: Payments, company_id: str) -> bool:
    """Tell Stripe whether the plan goes on after its period; False where Stripe is away: the nightly run tells it."""
    with database.transaction() as tx:
        company = companies.get(tx, company_id)
    if company is None or company.stripe_subscription is None:
        return True
    try:
        payments.renew(company.stripe_subscription, company.state not in CLOSING)
    except SupplierUnavailable as error:
        log.warning("%s: renewal is left to the nightly run: %s", company_id, type(error).__name__)
        return False
    return True


def close_and_stop_renewal(
    database: Database, payments: Payments, company_id: str, confirm: str, now: datetime
) -> None:
    """Raises as `close_account`."""
    close_account(database, company_id, confirm, now)
    follow_closing(database, payments, company_id)


def reopen_and_renew(database: Database, payments: Payments, company_id: str) -> None:
    """Raises as `reopen_account`."""
    reopen_account(database, company_id)
    follow_closing(database, payments, company_id)
