"""An agreement is ended by an owner or by the end of its subscription, and within its grace an owner takes it back."""

from contextlib import suppress
from datetime import datetime

from shared.database.queries import agreements, companies, plan_ends, sends
from shared.database.transactions import Database, Transaction
from shared.domain.agreement import CLOSING, GRACE, Because, PlanNotice
from shared.domain.errors import Conflict, Fault, NotAcceptable, NotFound
from shared.use_cases.sends.stop_deliveries import cancel_send


def close_account(database: Database, company_id: str, confirm: str, now: datetime) -> None:
    """Start the grace: nothing more is sent, and what was scheduled is cancelled.

    Raises `NotAcceptable` where `confirm` is not the company's name, and `Conflict` where it is closing already or was
    never paid.
    """
    with database.transaction() as tx:
        company = _locked(tx, company_id)
        if company.state in CLOSING:
            raise Conflict("The account is closing already.")
        if company.state == "pending":
            raise Conflict("The plan is not paid, so there is nothing to end: an unpaid signup goes by itself.")
        if confirm != company.name:
            fault = Fault("confirm", "other_name", "Write the company's name as the account has it.")
            raise NotAcceptable("Closing an account needs to be confirmed.", [fault])
        agreements.begin_closing(tx, company_id, Because.OWNER, now, now + GRACE)
    cancel_scheduled(database, company_id, now)


def reopen_account(database: Database, company_id: str) -> None:
    """All is as before, but what was cancelled stays cancelled. Raises `Conflict`."""
    with database.transaction() as tx:
        company = _locked(tx, company_id)
        if company.state != "closing":
            raise Conflict("The account is not closing.")
        if not agreements.take_back(tx, company_id):
            raise Conflict("The subscription has ended, so the account cannot be taken back. Sign up again instead.")


def close_by_subscription(tx: Transaction, company_id: str, unpaid: bool, now: datetime) -> None:
    """The company's subscription is over at Stripe, `unpaid` where payments failed. `tell_of_plan_ends` tells it.

    A grace that runs already goes on, but there is no way back.
    """
    if not agreements.begin_closing(tx, company_id, Because.SUBSCRIPTION, now, now + GRACE):
        agreements.subscription_ended(tx, company_id)
    plan_ends.order_notices(tx, company_id, PlanNotice.UNPAID if unpaid else PlanNotice.CANCELLED, now)


def cancel_scheduled(database: Database, company_id: str, now: datetime) -> None:
    """Cancel what has not begun, a transaction each. What is left is never begun, and cancelled by `end_agreements`."""
    with database.transaction() as tx:
        waiting = sends.scheduled(tx, company_id)
    for send_id in waiting:
        with suppress(Conflict), database.transaction() as tx:
            cancel_send(tx, company_id, send_id, now)


def _locked(tx: Transaction, company_id: str) -> companies.Company:
    company = companies.lock(tx, company_id)
    if company is None:
        raise NotFound("There is no such account.")
    return company
