"""What a Stripe webhook leads to. The event is a hint: what counts is the object as Stripe knows it now."""

from datetime import datetime

from shared.database.queries import companies, money, outbox
from shared.database.transactions import Database, Transaction
from shared.domain.ledger import Movement, Purpose
from shared.domain.topics import ACCOUNT_PAID
from shared.ports import CheckoutSession, Payments

CHECKOUT_PAID = ("checkout.session.completed", "checkout.session.async_payment_succeeded")


def record_payment(
    database: Database, payments: Payments, event_id: str, kind: str, object_id: str, now: datetime
) -> None:
    """Book a paid Checkout, once however often its event comes. Other events change nothing here.

    Raises `SupplierUnavailable`: Stripe sends the event again.
    """
    session = payments.checkout(object_id) if kind in CHECKOUT_PAID else None
    with database.transaction() as tx:
        if not money.first_time(tx, event_id, now) or session is None or not session.paid:
            return
        if session.mode == "subscription":
            _plan_paid(tx, session, now)
        else:
            _top_up_paid(tx, session, now)


def _plan_paid(tx: Transaction, session: CheckoutSession, now: datetime) -> None:
    if session.customer and session.subscription:
        waits = companies.paid(tx, session.reference, session.customer, session.subscription)
        if waits:
            outbox.put(tx, ACCOUNT_PAID, {"company_id": session.reference}, now)


def _top_up_paid(tx: Transaction, session: CheckoutSession, now: datetime) -> None:
    top_up = money.pay_top_up(tx, session.reference)
    if top_up:
        # what was paid counts, not what was asked for
        money.lock(tx, top_up.company_id)
        money.book(tx, top_up.company_id, Movement(Purpose.TOP_UP, session.amount_ore), now.date())
