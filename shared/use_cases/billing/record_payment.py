"""What a Stripe webhook leads to. The event is a hint: what counts is the object as Stripe knows it now."""

from datetime import datetime

from shared.database.queries import agreements, companies, money, outbox
from shared.database.transactions import Database, Transaction
from shared.domain.ledger import Movement, Purpose
from shared.domain.topics import ACCOUNT_PAID
from shared.ports import CheckoutSession, Payments
from shared.use_cases.accounts.close_account import cancel_scheduled, close_by_subscription

CHECKOUT_PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
SUBSCRIPTION_ENDED = "customer.subscription.deleted"


def record_payment(
    database: Database, payments: Payments, event_id: str, kind: str, object_id: str, now: datetime
) -> None:
    """Book a paid Checkout, once however often its event comes, or end the agreement of a subscription that is over.

    Other events change nothing here. Raises `SupplierUnavailable`: Stripe sends the event again.
    """
    if kind == SUBSCRIPTION_ENDED:
        _subscription_ended(database, payments, event_id, object_id, now)
        return
    session = payments.checkout(object_id) if kind in CHECKOUT_PAID else None
    with database.transaction() as tx:
        if not money.first_time(tx, event_id, now) or session is None or not session.paid:
            return
        if session.mode == "subscription":
            _plan_paid(tx, session, now)
        else:
            _top_up_paid(tx, session, now)


def _subscription_ended(
    database: Database, payments: Payments, event_id: str, subscription: str, now: datetime
) -> None:
    with database.transaction() as tx:
        company_id = agreements.of_subscription(tx, subscription)
    ended = company_id is not None and payments.has_ended(subscription)
    with database.transaction() as tx:
        if not money.first_time(tx, event_id, now) or not ended or company_id is None:
            return
        close_by_subscription(tx, company_id, now)
    cancel_scheduled(database, company_id, now)


def _plan_paid(tx: Transaction, session: CheckoutSession, now: datetime) -> None:
    if session.customer and session.subscription:
        waits = companies.paid(tx, session.reference, session.customer, session.subscription)
        if waits:
            outbox.put(tx, ACCOUNT_PAID, {"company_id": session.reference}, now)


def _top_up_paid(tx: Transaction, session: CheckoutSession, now: datetime) -> None:
    # what was paid counts, not what was asked for
    top_up = money.pay_top_up(tx, session.reference, session.amount_ore, session.payment)
    if top_up:
        money.lock(tx, top_up.company_id)
        money.book(tx, top_up.company_id, Movement(Purpose.TOP_UP, session.amount_ore), now.date())
