"""What a Stripe webhook leads to. The event is a hint: what counts is the object as Stripe knows it now."""

from datetime import datetime

from shared.database.queries import money
from shared.database.transactions import Database
from shared.ports import Payments
from shared.use_cases.billing.follow_stripe import follow

SUBSCRIPTION_ENDED = "customer.subscription.deleted"
KINDS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "customer.subscription.created",
    "customer.subscription.updated",
    SUBSCRIPTION_ENDED,
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.closed",
)


def record_payment(
    database: Database, payments: Payments, event_id: str, kind: str, object_id: str, now: datetime
) -> None:
    """Follow what the event is about, once however often it comes. Other events change nothing here.

    Raises `SupplierUnavailable`: Stripe sends the event again.
    """
    if kind not in KINDS:
        return
    with database.transaction() as tx:
        if money.is_known_event(tx, event_id):
            return
    subject = payments.subject(kind, object_id)
    follow(database, payments, subject, now, lambda tx: money.first_time(tx, event_id, now))
