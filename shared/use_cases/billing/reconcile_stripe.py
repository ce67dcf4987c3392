"""Every night: what Stripe says was paid, refunded, disputed and subscribed, compared with our books.

What a lost event explains is healed by following Stripe as that event would have; it is kept and told all the same.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from shared.database.queries import companies, money, reconciliation
from shared.database.queries.reconciliation import Difference
from shared.database.transactions import Database
from shared.domain import ids
from shared.domain.agreement import CLOSING
from shared.metrics import Metric, measure
from shared.ports import CheckoutSession, Payments, Subject
from shared.use_cases.billing.follow_closing import follow_closing
from shared.use_cases.billing.follow_stripe import follow

LOOKS_BACK = timedelta(days=30)
"""An event that is as old as this has been seen by thirty runs."""

AT_ONCE = 100


class Reconciled(Struct, frozen=True):
    compared: int
    healed: int
    open: int


def reconcile_stripe(database: Database, payments: Payments, now: datetime) -> Reconciled:
    """Compare, heal and keep what differs. Raises `SupplierUnavailable`: the next run compares all of it again."""
    compared = 0
    found: list[Difference] = []
    for part in (_taken, _plans, _paid, _invoices, _sums):
        for difference in part(database, payments, now):
            compared += 1
            if difference is not None and _keep(database, difference):
                found.append(difference)
    healed = sum(one.healed for one in found)
    measure(Metric.STRIPE_DIFFERENCES, healed, kind="healed")
    measure(Metric.STRIPE_DIFFERENCES, len(found) - healed, kind="open")
    return Reconciled(compared, healed, len(found) - healed)


def _keep(database: Database, difference: Difference) -> bool:
    with database.transaction() as tx:
        return reconciliation.add(tx, difference)


def _paid(database: Database, payments: Payments, now: datetime) -> Iterator[Difference | None]:
    for session in payments.paid_since(now - LOOKS_BACK):
        healed = follow(database, payments, Subject(session=session.id), now)
        if session.mode == "subscription":
            yield _difference(session.reference, "plan_paid", now, healed=True) if healed else None
        else:
            yield _deposit(database, session, healed, now)


def _deposit(database: Database, session: CheckoutSession, healed: bool, now: datetime) -> Difference | None:
    with database.transaction() as tx:
        booked = money.top_up(tx, session.reference)
    if booked is None:
        return None  # its company has ended, or it is none of ours
    here = booked.amount_ore if booked.state == "paid" else 0
    if not healed and here == session.amount_ore:
        return None
    before = 0 if healed else here
    place = (booked.company_id, "deposit", now, booked.id, session.amount_ore, before)
    return _difference(*place, healed=here == session.amount_ore)


def _taken(database: Database, payments: Payments, now: datetime) -> Iterator[Difference | None]:
    for payment in sorted(set(payments.payments_taken_since(now - LOOKS_BACK))):
        with database.transaction() as tx:
            company_id = money.company_of_payment(tx, payment)
        if company_id is None:
            continue
        healed = follow(database, payments, Subject(payment=payment), now)
        yield _difference(company_id, "taken_back", now, healed=True) if healed else None


def _plans(database: Database, payments: Payments, now: datetime) -> Iterator[Difference | None]:
    after = ""
    while True:
        with database.transaction() as tx:
            subscribed = reconciliation.subscribed(tx, after, AT_ONCE)
        for company_id, subscription, state in subscribed:
            there = payments.subscription(subscription)
            if state in CLOSING or (there and not there.renews):  # Stripe was away when it was closed, or taken back
                follow_closing(database, payments, company_id)
            healed = follow(database, payments, Subject(subscription=subscription), now)
            if healed or there is None:
                yield _difference(company_id, "plan" if there else "plan_unknown", now, healed=healed)
            else:
                yield None
        if len(subscribed) < AT_ONCE:
            return
        after = subscribed[-1][0]


def _invoices(database: Database, payments: Payments, now: datetime) -> Iterator[Difference | None]:
    """What was paid for a plan of which nothing is here (any more): only a person can give it back, at Stripe."""
    for invoice in payments.plan_invoices_since(now - LOOKS_BACK):
        if not invoice.company_id:
            continue  # none of ours
        with database.transaction() as tx:
            company = companies.get(tx, invoice.company_id)
        kind = "invoice_of_nobody" if company is None else "invoice_after_end"
        if company is None or (company.state == "closed" and company.ends_at and invoice.created_at >= company.ends_at):
            difference = _difference(invoice.company_id, kind, now, None, invoice.amount_ore, 0, healed=False)
            yield replace(difference, invoice=invoice.id)
        else:
            yield None


def _sums(database: Database, _: Payments, now: datetime) -> Iterator[Difference | None]:
    """Nothing that Stripe says can mend these: a person must look."""
    with database.transaction() as tx:
        wrong = reconciliation.unbalanced(tx)
    measure(Metric.LEDGER_DIFFERENCES, len(wrong))
    for one in wrong:
        place = (one.company_id, "balance", now, None, one.entries_ore, one.balance_ore)
        yield _difference(*place, healed=False)


def _difference(
    company_id: str,
    kind: str,
    now: datetime,
    top_up_id: str | None = None,
    stripe_ore: int | None = None,
    here_ore: int | None = None,
    *,
    healed: bool,
) -> Difference:
    return Difference(ids.new_id("dif"), company_id, kind, top_up_id, stripe_ore, here_ore, healed, now)
