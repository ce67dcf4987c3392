"""What Stripe says of a company now is brought into our books and its state: by each event, and every night.

Stripe is asked without a transaction. Who wrote in between is noticed by the company's turn, and Stripe asked again: so
an answer that is older than what is written is never written over it.
"""

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct

from shared.database.queries import agreements, companies, money, outbox, plan_ends
from shared.database.transactions import Database, Transaction
from shared.domain.agreement import CLOSING, PlanNotice
from shared.domain.errors import SameMoment
from shared.domain.ledger import Movement, Purpose
from shared.domain.plan import BY_CODE
from shared.domain.topics import ACCOUNT_PAID
from shared.ports import CheckoutSession, Payment, Payments, PlanSubscription, Subject
from shared.use_cases.accounts.ask_for_sync import contacts_changed
from shared.use_cases.accounts.close_account import cancel_scheduled, close_by_subscription

TRIES = 10


class _Facts(Struct, frozen=True):
    session: CheckoutSession | None = None
    subscription: PlanSubscription | None = None
    payment: Payment | None = None


def follow(
    database: Database,
    payments: Payments,
    subject: Subject,
    now: datetime,
    first_time: Callable[[Transaction], bool] = lambda tx: True,
) -> bool:
    """Follow what it is about; whether anything of ours had to be changed. What is nobody's here changes nothing.

    `first_time` is asked in the transaction of the work, which is left undone where it says no. Raises
    `SupplierUnavailable`, and `SameMoment` where others never stop following the same company.
    """
    for _ in range(TRIES):
        session = payments.checkout(subject.session) if subject.session else None
        with database.transaction() as tx:
            company_id = _company(tx, session, subject)
            turn = companies.stripe_turn(tx, company_id) if company_id else None
        if company_id is None or turn is None:
            with database.transaction() as tx:
                first_time(tx)
            return False
        facts = _ask(payments, session, subject)
        with database.transaction() as tx:
            if not companies.take_stripe_turn(tx, company_id, turn):
                continue
            if not first_time(tx):
                return False
            changed, ended = _write(tx, company_id, facts, now)
        if ended:
            cancel_scheduled(database, company_id, now)
        return changed
    raise SameMoment("Stripe tells of this company faster than it can be followed.")


def _company(tx: Transaction, session: CheckoutSession | None, subject: Subject) -> str | None:
    if session is not None and session.mode == "subscription":
        return session.reference
    if session is not None:
        return money.company_of_top_up(tx, session.reference)
    if subject.subscription:
        return agreements.of_subscription(tx, subject.subscription)
    return money.company_of_payment(tx, subject.payment) if subject.payment else None


def _ask(payments: Payments, session: CheckoutSession | None, subject: Subject) -> _Facts:
    """A Checkout that is paid is followed together with what it began: an event of that may have come before it."""
    subscription = session.subscription if session else subject.subscription
    payment = session.payment if session and session.mode == "payment" else subject.payment
    return _Facts(
        session,
        payments.subscription(subscription) if subscription else None,
        payments.payment(payment) if payment else None,
    )


def _write(tx: Transaction, company_id: str, facts: _Facts, now: datetime) -> tuple[bool, bool]:
    """Whether anything changed, and whether the subscription is over. What is another customer's is left alone."""
    company = companies.lock(tx, company_id)
    if company is None or company.state == "closed":
        return (False, False) if company is None else (_write_money(tx, company, facts, now), False)
    changed, ended, session = False, False, facts.session
    if session and session.mode == "subscription" and session.paid and company.stripe_subscription is None:
        changed = _plan_paid(tx, session, now)
        company = companies.get(tx, company_id) or company
    if facts.subscription and _is_of(facts.subscription, company):
        followed, ended = _write_plan(tx, company, facts.subscription, now)
        changed = followed or changed
    return _write_money(tx, company, facts, now) or changed, ended


def _is_of(subscription: PlanSubscription, company: companies.Company) -> bool:
    return (subscription.id, subscription.customer) == (company.stripe_subscription, company.stripe_customer)


def _plan_paid(tx: Transaction, session: CheckoutSession, now: datetime) -> bool:
    if not (session.customer and session.subscription):
        return False
    waits = companies.paid(tx, session.reference, session.customer, session.subscription)
    if waits:
        outbox.put(tx, ACCOUNT_PAID, {"company_id": session.reference}, now)
    return waits


def _write_plan(
    tx: Transaction, company: companies.Company, subscription: PlanSubscription, now: datetime
) -> tuple[bool, bool]:
    plan = subscription.plan if subscription.plan in BY_CODE else None
    changed = companies.follow_plan(tx, company.id, plan, subscription.unpaid)
    if changed:
        contacts_changed(tx, company.id, now)
    if not subscription.ended:
        _note_its_end(tx, company, subscription)
        return changed, False
    over = company.closing_because == "subscription"
    if not over:
        close_by_subscription(tx, company.id, subscription.ended_unpaid, now)
    return changed or not over, True


def _note_its_end(tx: Transaction, company: companies.Company, subscription: PlanSubscription) -> None:
    """Whether it was cancelled in the Portal, or that taken back; of an account that is closing owners know."""
    if company.state in CLOSING:
        return
    if subscription.ends_at:
        plan_ends.order_notices(tx, company.id, PlanNotice.WILL_END, subscription.ends_at)
    else:
        plan_ends.withdraw(tx, company.id)


def _write_money(tx: Transaction, company: companies.Company, facts: _Facts, now: datetime) -> bool:
    session, payment, changed = facts.session, facts.payment, False
    if session and session.mode == "payment":
        if session.customer != company.stripe_customer:
            return False
        changed = _write_top_up(tx, company.id, session, payment, now)
    if payment and payment.customer == company.stripe_customer:
        gone = (payment.refunded_ore, payment.disputed_ore)
        changed = bool(money.follow_payment(tx, company.id, payment.id, *gone, now.date())) or changed
    return changed


def _write_top_up(
    tx: Transaction, company_id: str, session: CheckoutSession, payment: Payment | None, now: datetime
) -> bool:
    if not session.paid:
        state = "expired" if session.expired else "failed" if payment and payment.failed else None
        if state:
            money.end_top_up(tx, company_id, session.reference, state)
        return False
    # what was paid counts, not what was asked for
    top_up = money.pay_top_up(tx, session.reference, session.amount_ore, session.payment)
    if top_up:
        money.lock(tx, company_id)
        money.book(tx, company_id, Movement(Purpose.TOP_UP, session.amount_ore), now.date())
    return top_up is not None
