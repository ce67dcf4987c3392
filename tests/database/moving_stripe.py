"""A Stripe in memory whose objects move, and tell of it by events as a webhook would get them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from shared.ports import CheckoutSession, PaidAlready, Payment, PlanInvoice, PlanSubscription, Subject


@dataclass
class MovingStripe:
    sessions: dict[str, CheckoutSession] = field(default_factory=dict)
    subscriptions: dict[str, PlanSubscription] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    invoices: list[PlanInvoice] = field(default_factory=list)
    events: list[tuple[str, str, str]] = field(default_factory=list)
    """Id, kind and object, in the order in which they happened."""
    told: int = 0
    listener: Callable[[tuple[str, str, str]], None] | None = None
    """Gets each event as it happens."""

    # What happens there

    def tell(self, kind: str, object_id: str) -> None:
        self.told += 1
        event = (f"evt_{self.told}_{object_id}", kind, object_id)
        self.events.append(event)
        if self.listener:
            self.listener(event)

    def buy_plan(self, company_id: str, plan: str = "start") -> str:
        """Paid in Checkout; the subscription."""
        subscription = PlanSubscription(f"sub_{company_id}", f"cus_{company_id}", plan, False, False, True)
        self.subscriptions[subscription.id] = subscription
        session = CheckoutSession(
            f"cs_{company_id}", "", True, "subscription", company_id, 29_900, f"cus_{company_id}", subscription.id
        )
        self.sessions[session.id] = session
        self.tell("customer.subscription.created", subscription.id)
        self.tell("checkout.session.completed", session.id)
        return subscription.id

    def change(self, subscription: str, kind: str = "customer.subscription.updated", **changes: object) -> None:
        changed = replace(self.subscriptions[subscription], **changes)
        self.subscriptions[subscription] = changed
        self.tell(kind, subscription)

    def pay(self, top_up_id: str, company_id: str, amount_ore: int) -> str:
        """A deposit, paid in Checkout; the payment."""
        payment = Payment(f"pi_{top_up_id}", f"cus_{company_id}", amount_ore)
        self.payments[payment.id] = payment
        session = CheckoutSession(
            f"cs_{top_up_id}", "", True, "payment", top_up_id, amount_ore, payment.customer, None, payment.id
        )
        self.sessions[session.id] = session
        self.tell("checkout.session.completed", session.id)
        return payment.id

    def expire(self, top_up_id: str, company_id: str) -> None:
        name, customer = f"cs_{top_up_id}", f"cus_{company_id}"
        self.sessions[name] = CheckoutSession(
            name, "", False, "payment", top_up_id, 10_000, customer, None, expired=True
        )
        self.tell("checkout.session.expired", name)

    def take(self, payment: str, kind: str, refunded_ore: int = 0, disputed_ore: int = 0) -> None:
        """So much more is refunded or disputed; below 0 less."""
        before = self.payments[payment]
        self.payments[payment] = replace(
            before,
            refunded_ore=before.refunded_ore + refunded_ore,
            disputed_ore=before.disputed_ore + disputed_ore,
        )
        self.tell(kind, payment)

    # The port

    def subscribe(self, company_id: str, name: str, email: str, plan: str) -> str:
        if f"cs_{company_id}" in self.sessions:
            raise PaidAlready("paid")
        return f"https://checkout.example/{company_id}"

    def top_up(self, top_up_id: str, customer: str, amount_ore: int) -> str:
        return f"https://checkout.example/{top_up_id}"

    def portal(self, customer: str) -> str:
        return f"https://portal.example/{customer}"

    def subject(self, kind: str, object_id: str) -> Subject:
        if kind.startswith("checkout."):
            return Subject(session=object_id)
        return Subject(payment=object_id) if kind.startswith("charge.") else Subject(subscription=object_id)

    def checkout(self, session_id: str) -> CheckoutSession | None:
        return self.sessions.get(session_id)

    def subscription(self, subscription: str) -> PlanSubscription | None:
        return self.subscriptions.get(subscription)

    def payment(self, payment: str) -> Payment | None:
        return self.payments.get(payment)

    def renew(self, subscription: str, renews: bool) -> None:
        if found := self.subscriptions.get(subscription):
            self.subscriptions[subscription] = replace(found, renews=renews)

    def paid_since(self, moment: datetime) -> Iterator[CheckoutSession]:
        return (one for one in list(self.sessions.values()) if one.paid)

    def plan_invoices_since(self, moment: datetime) -> Iterator[PlanInvoice]:
        return (one for one in list(self.invoices) if one.created_at >= moment)

    def payments_taken_since(self, moment: datetime) -> Iterator[str]:
        return (one.id for one in list(self.payments.values()) if one.refunded_ore or one.disputed_ore)

    def end(self, subscription: str) -> None:
        self.change(subscription, "customer.subscription.deleted", ended=True)

    def pay_back(self, pay_back_id: str, payment: str, amount_ore: int) -> bool:
        return True
