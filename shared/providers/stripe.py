"""Stripe: Checkout for plans and top-ups, and what a webhook is about. The library loads at first use: 250 ms."""

import logging
from typing import TYPE_CHECKING, Any

from shared.ports import CheckoutSession, SupplierRefused, SupplierUnavailable
from shared.settings import StripeSettings

if TYPE_CHECKING:
    from stripe import StripeClient

log = logging.getLogger(__name__)

CURRENCY = "sek"
RETRIES = 1
"""With the same idempotency key, so a call is done once. The function's own time must allow for them."""


ENDED = ("canceled", "incomplete_expired")
"""A subscription's states that nothing leads out of."""

MOST_REFUNDS = 100
"""Of one payment that are looked at: it has one for each time that something of it was paid back."""


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
        """One customer and one Checkout a company: Stripe gives the same again for the same idempotency key."""
        customer = self._call(
            "customers.create",
            {"name": name, "email": email, "metadata": {"company_id": company_id}},
            f"customer-{company_id}",
        )
        session = self._call(
            "checkout.sessions.create",
            {
                "mode": "subscription",
                "customer": customer.id,
                "client_reference_id": company_id,
                "line_items": [{"price": self._price(plan), "quantity": 1}],
                "automatic_tax": {"enabled": True},
                "tax_id_collection": {"enabled": True},
                "customer_update": {"name": "auto", "address": "auto"},
                "billing_address_collection": "required",
                **self._addresses("signup"),
            },
            f"plan-{company_id}",
        )
        return str(session.url)

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

    def checkout(self, session_id: str) -> CheckoutSession:
        found = self._call("checkout.sessions.retrieve", session_id)
        return CheckoutSession(
            id=found.id,
            url=found.url or "",
            paid=found.payment_status == "paid",
            mode=found.mode,
            reference=found.client_reference_id or "",
            amount_ore=found.amount_total or 0,
            customer=_id(found.customer),
            subscription=_id(found.subscription),
            payment=_id(found.payment_intent),
        )

    def has_ended(self, subscription: str) -> bool:
        return self._call("subscriptions.retrieve", subscription).status in ENDED

    def end(self, subscription: str) -> None:
        if not self.has_ended(subscription):
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
        import stripe

        options = {"idempotency_key": idempotency_key} if idempotency_key else {}
        try:
            service: Any = self._connected().v1
            for name in method.split("."):
                service = getattr(service, name)
            return service(parameters, options=options)
        except stripe.StripeError as error:
            log.error("%s: %s %s %s", method, type(error).__name__, error.http_status, error.code)
            refused = isinstance(error, stripe.InvalidRequestError)
            raise (SupplierRefused if refused else SupplierUnavailable)(f"Stripe: {type(error).__name__}") from None

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


def _id(found: Any) -> str | None:
    return found if found is None or isinstance(found, str) else str(found.id)
