"""Stripe: Checkout for plans and top-ups, and what a webhook is about. The library loads at first use: 250 ms."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.observability.spans import span
from shared.ports import (
    CheckoutSession,
    PaidAlready,
    Payment,
    PlanInvoice,
    PlanSubscription,
    Subject,
    SupplierRefused,
    SupplierUnavailable,
)
from shared.settings import StripeSettings

if TYPE_CHECKING:
    from stripe import StripeClient

log = logging.getLogger(__name__)

CURRENCY = "sek"
RETRIES = 1
"""With the same idempotency key, so a call is done once. The function's own time must allow for them."""


ENDED = ("canceled", "incomplete_expired")
"""A subscription's states that nothing leads out of."""

ENDED_UNPAID = ("payment_failed", "payment_disputed")
"""Why a subscription was cancelled, where it was not asked for."""

UNPAID = ("past_due", "unpaid", "incomplete", "paused")
"""A subscription's states in which a payment is missing."""

ALL = 100
"""What one page of a list holds at most."""

OURS = "closing"
"""The metadata's name by which we know that it was us who had a subscription end with its period."""

MOST_REFUNDS = 100
"""Of one payment that are looked at: it has one for each time that something of it was paid back."""


NOT_TAKEN = ("won", "warning_needs_response", "warning_under_review", "warning_closed", "prevented")
"""A dispute's states in which the money is, or is again, ours. An enquiry (`warning_…`) takes none."""

MISSING = 404


class _NotThere(SupplierRefused):
    """Stripe has no object with this id."""


class UnsignedEvent(Exception):
    """The webhook's signature is wrong, too old, or missing."""


class Stripe:
    def __init__(self, settings: StripeSettings, public_url: str, timeout_seconds: int) -> None:
        self._settings = settings
        self._public_url = public_url
        self._timeout_seconds = timeout_seconds
        self._client: StripeClient | None = None
        self._prices: dict[str, str] = {}

    def subscribe(self, company_id: str, name: str, email: str, plan: str) -> str:
        """One customer a company, and one open Checkout. A key's idempotency lasts a day only, so both are looked
        for first; where two ask at once the key makes them one.
        """
        customer = self._customer(company_id, name, email)
        begun = self._call("checkout.sessions.list", {"customer": customer, "limit": ALL}).data
        plans = [one for one in begun if one.mode == "subscription"]
        if any(one.status == "complete" for one in plans):
            raise PaidAlready("Stripe: the plan has been paid")
        still_open = next((one for one in plans if one.status == "open"), None)
        if still_open is not None:
            return str(still_open.url)
        session = self._call(
            "checkout.sessions.create",
            {
                "mode": "subscription",
                "customer": customer,
                "client_reference_id": company_id,
                "metadata": {"company_id": company_id},
                "line_items": [{"price": self._price(plan), "quantity": 1}],
                "automatic_tax": {"enabled": True},
                "tax_id_collection": {"enabled": True},
                "customer_update": {"name": "auto", "address": "auto"},
                "billing_address_collection": "required",
                **self._addresses("signup"),
            },
            f"plan-{company_id}-{len(plans)}",
        )
        return str(session.url)

    def _customer(self, company_id: str, name: str, email: str) -> str:
        known = self._call("customers.list", {"email": email, "limit": ALL}).data
        for one in known:
            if getattr(one.metadata, "company_id", "") == company_id:
                return str(one.id)
        wanted = {"name": name, "email": email, "metadata": {"company_id": company_id}}
        return str(self._call("customers.create", wanted, f"customer-{company_id}").id)

    def portal(self, customer: str) -> str:
        wanted = {"customer": customer, "return_url": f"{self._public_url}/portal"}
        return str(self._call("billing_portal.sessions.create", wanted).url)

    def top_up(self, top_up_id: str, customer: str, amount_ore: int) -> str:
        item = {
            "quantity": 1,
            "price_data": {
                "currency": CURRENCY,
                "unit_amount": amount_ore,
                "product_data": {"name": "UpUp: insättning / deposit"},
            },
        }
        session = self._call(
            "checkout.sessions.create",
            {
                "mode": "payment",
                "customer": customer,
                "client_reference_id": top_up_id,
                "line_items": [item],
                "allowed_payment_method_types": ["card", "swish"],
                "invoice_creation": {"enabled": True},
                **self._addresses("top-up"),
            },
            f"top-up-{top_up_id}",
        )
        return str(session.url)

    def checkout(self, session_id: str) -> CheckoutSession | None:
        found = self._find("checkout.sessions.retrieve", session_id)
        return _session(found) if found else None

    def subject(self, kind: str, object_id: str) -> Subject:
        if kind.startswith("checkout.session."):
            return Subject(session=object_id)
        if kind.startswith("customer.subscription."):
            return Subject(subscription=object_id)
        if kind.startswith("invoice."):
            invoice = self._find("invoices.retrieve", object_id)
            details = invoice and invoice.parent and invoice.parent.subscription_details
            return Subject(subscription=_id(details.subscription) if details else None)
        if kind.startswith("charge."):
            disputed = kind.startswith("charge.dispute.")
            found = self._find("disputes.retrieve" if disputed else "charges.retrieve", object_id)
            return Subject(payment=_id(found.payment_intent) if found else None)
        return Subject()

    def subscription(self, subscription: str) -> PlanSubscription | None:
        found = self._find("subscriptions.retrieve", subscription)
        if found is None:
            return None
        items = found["items"].data
        return PlanSubscription(
            id=found.id,
            customer=_id(found.customer) or "",
            plan=items[0].price.lookup_key if items else None,
            unpaid=found.status in UNPAID,
            ended=found.status in ENDED,
            renews=not found.cancel_at_period_end,
            ended_unpaid=found.status == "incomplete_expired"
            or getattr(found.cancellation_details, "reason", None) in ENDED_UNPAID,
            ends_at=datetime.fromtimestamp(found.cancel_at, UTC) if found.cancel_at else None,
        )

    def payment(self, payment: str) -> Payment | None:
        found = self._find("payment_intents.retrieve", payment)
        if found is None:
            return None
        about = {"payment_intent": payment, "limit": ALL}
        refunds = self._call("refunds.list", about).data
        disputes = self._call("disputes.list", about).data
        return Payment(
            id=found.id,
            customer=_id(found.customer),
            paid_ore=found.amount_received,
            refunded_ore=sum(
                one.amount
                for one in refunds
                if one.status not in ("failed", "canceled") and not getattr(one.metadata, "pay_back", "")
            ),
            disputed_ore=sum(one.amount for one in disputes if one.status not in NOT_TAKEN),
            failed=found.status in ("requires_payment_method", "canceled"),
        )

    def renew(self, subscription: str, renews: bool) -> None:
        found = self._find("subscriptions.retrieve", subscription)
        if found is None or found.status in ENDED:
            return
        ours = bool(getattr(found.metadata, OURS, ""))
        if renews and ours:
            wanted: dict[str, object] = {"cancel_at_period_end": False, "metadata": {OURS: ""}}
        elif not renews and not found.cancel_at_period_end:
            wanted = {"cancel_at_period_end": True, "metadata": {OURS: "upup"}}
        else:
            return
        self._update("subscriptions.update", subscription, wanted)

    def paid_since(self, moment: datetime) -> Iterator[CheckoutSession]:
        sessions = self._all("checkout.sessions.list", {"created": {"gte": int(moment.timestamp())}})
        return (_session(one) for one in sessions if one.payment_status == "paid")

    def plan_invoices_since(self, moment: datetime) -> Iterator[PlanInvoice]:
        """Only the customer says whose it is: an invoice's metadata are the subscription's, which has none."""
        wanted = {"status": "paid", "created": {"gte": int(moment.timestamp())}, "expand": ["data.customer"]}
        for one in self._all("invoices.list", wanted):
            if one.amount_paid and one.parent and one.parent.subscription_details:
                company_id = getattr(getattr(one.customer, "metadata", None), "company_id", "")
                yield PlanInvoice(one.id, company_id, one.amount_paid, datetime.fromtimestamp(one.created, UTC))

    def payments_taken_since(self, moment: datetime) -> Iterator[str]:
        since = {"created": {"gte": int(moment.timestamp())}}
        for method in ("refunds.list", "disputes.list"):
            for one in self._all(method, since):
                if one.payment_intent:
                    yield str(_id(one.payment_intent))

    def _all(self, method: str, parameters: dict[str, Any]) -> Iterator[Any]:
        after: dict[str, str] = {}
        while True:
            page = self._call(method, {**parameters, "limit": ALL, **after})
            yield from page.data
            if not page.has_more:
                return
            after = {"starting_after": page.data[-1].id}

    def end(self, subscription: str) -> None:
        if self._call("subscriptions.retrieve", subscription).status not in ENDED:
            self._call("subscriptions.cancel", subscription)

    def pay_back(self, pay_back_id: str, payment: str, amount_ore: int) -> bool:
        """An idempotency key lives for a day only, so what was begun before is looked for first."""
        made = self._call("refunds.list", {"payment_intent": payment, "limit": MOST_REFUNDS}).data
        refund = next((one for one in made if getattr(one.metadata, "pay_back", "") == pay_back_id), None)
        if refund is None:
            wanted = {"payment_intent": payment, "amount": amount_ore, "metadata": {"pay_back": pay_back_id}}
            refund = self._call("refunds.create", wanted, f"pay-back-{pay_back_id}")
        if refund.amount != amount_ore:  # after a restore the books may differ from what was paid: a person judges
            raise SupplierRefused("Stripe: it was paid back before with another amount")
        if refund.status in ("failed", "canceled"):
            raise SupplierRefused(f"Stripe: a refund has {refund.status}")
        return bool(refund.status == "succeeded")

    def _price(self, plan: str) -> str:
        if plan not in self._prices:
            found = self._call("prices.list", {"lookup_keys": [plan], "active": True})
            if not found.data:
                raise SupplierUnavailable(f"Stripe has no active price with the lookup key {plan}")
            self._prices[plan] = found.data[0].id
        return self._prices[plan]

    def _addresses(self, page: str) -> dict[str, str]:
        return {
            "success_url": f"{self._public_url}/{page}/done",
            "cancel_url": f"{self._public_url}/{page}/cancelled",
        }

    def _call(self, method: str, parameters: Any, idempotency_key: str | None = None) -> Any:
        return self._do(method, (parameters,), idempotency_key)

    def _update(self, method: str, object_id: str, parameters: Any) -> Any:
        return self._do(method, (object_id, parameters))

    def _find(self, method: str, object_id: str) -> Any:
        """None where Stripe has no such thing."""
        try:
            return self._call(method, object_id)
        except _NotThere:
            return None

    def _do(self, method: str, arguments: tuple[Any, ...], idempotency_key: str | None = None) -> Any:
        import stripe

        options = {"idempotency_key": idempotency_key} if idempotency_key else {}
        try:
            service: Any = self._connected().v1
            for name in method.split("."):
                service = getattr(service, name)
            with span("stripe", "client", {"rpc.method": method}):
                return service(*arguments, options=options)
        except stripe.StripeError as error:
            log.error("%s: %s %s %s", method, type(error).__name__, error.http_status, error.code)
            refused = isinstance(error, stripe.InvalidRequestError)
            kind = SupplierRefused if refused else SupplierUnavailable
            if refused and error.code == "resource_missing" and error.http_status == MISSING:
                kind = _NotThere
            raise kind(f"Stripe: {type(error).__name__}") from None

    def _connected(self) -> "StripeClient":
        if self._client is None:
            import stripe

            self._client = stripe.StripeClient(
                self._settings.stripe_api_key,
                base_addresses={"api": self._settings.stripe_url},
                max_network_retries=RETRIES,
                http_client=stripe.RequestsClient(timeout=self._timeout_seconds),  # its own is 80 s
            )
        return self._client


def read_event(payload: bytes, signature: str, secret: str) -> tuple[str, str, str]:
    """(event id, type, id of the object it is about). Raises `UnsignedEvent`, also for one older than 300 s."""
    import stripe

    try:
        event = stripe.Webhook.construct_event(payload, signature, secret)
        return str(event.id), str(event.type), str(event.data.object["id"])
    except (stripe.SignatureVerificationError, ValueError, KeyError, AttributeError):
        raise UnsignedEvent from None


def _session(found: Any) -> CheckoutSession:
    return CheckoutSession(
        id=found.id,
        url=found.url or "",
        paid=found.payment_status == "paid",
        mode=found.mode,
        # of a plan what only we can have written: whoever opens a payment link chooses its client_reference_id
        reference=getattr(found.metadata, "company_id", "")
        if found.mode == "subscription"
        else found.client_reference_id or "",
        amount_ore=found.amount_total or 0,
        customer=_id(found.customer),
        subscription=_id(found.subscription),
        payment=_id(found.payment_intent),
        expired=found.status == "expired",
    )


def _id(found: Any) -> str | None:
    return found if found is None or isinstance(found, str) else str(found.id)
