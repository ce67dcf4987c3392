"""The whole Stripe: its API and pages as one app, its webhook, and what time does to it."""

from collections.abc import Iterable
from typing import TypedDict

from flask import Flask

from sandbox.stand_ins.faults import Faults
from sandbox.stand_ins.stripe import billing, checkout, dashboard, disputes, events, pages, portal, refunds
from sandbox.stand_ins.stripe.api import Api
from sandbox.stand_ins.stripe.catalogue import add_monthly_price
from sandbox.stand_ins.stripe.store import Store, StripeObject
from sandbox.stand_ins.web import CallbackSender, Clock


class Plan(TypedDict):
    """A monthly price of the account: `unit_amount` in öre, `nickname` as customers read it."""

    lookup_key: str
    unit_amount: int
    nickname: str


class Stripe:
    """Holds its objects in memory; events go to `webhook_url`, signed, again until a 2xx.

    `pages_url`: where customers reach the app's pages, if not where the API is.
    """

    def __init__(
        self,
        clock: Clock,
        api_key: str,
        webhook_url: str,
        webhook_secret: str,
        prices: Iterable[Plan],
        *,
        pages_url: str | None = None,
        faults: Faults | None = None,
    ) -> None:
        self._webhook = (webhook_url, webhook_secret)
        self._callbacks = CallbackSender((faults or Faults()).of("stripe"))
        self._events_sent = 0
        self._store = Store(clock, self._publish)
        for price in prices:
            add_monthly_price(self._store, price["lookup_key"], price["unit_amount"], price["nickname"])
        self.app = Flask(__name__)
        self.app.config["PAGES_URL"] = pages_url
        Api(self._store, api_key).add_to(self.app)
        pages.add_to(self.app, self._store)

    def complete(self, checkout_url: str) -> str:
        """A customer pays at this address; returns the session's id, with the webhooks on their way.

        Raises UnknownSession, or NotPayable for one that is paid or has expired.
        """
        with self._store.lock:
            session = checkout.at_url(self._store, checkout_url)
            checkout.pay(self._store, session)
            return str(session["id"])

    def use_portal(self, url: str, action: str, plan: str = "") -> None:
        """The customer does something on the Billing Portal's page (`portal.ACTIONS`). Raises ApiError."""
        with self._store.lock:
            portal.act(self._store, portal.session_at(self._store, url), action, plan)

    def checkouts(self, most: int) -> list[StripeObject]:
        """The newest so many, as the dashboard has them."""
        with self._store.lock:
            return dashboard.checkouts(self._store, most)

    def refund(self, payment: str, amount: int) -> str:
        """Somebody pays back in Stripe's dashboard. Raises ApiError."""
        with self._store.lock:
            made = refunds.create(self._store, {"payment_intent": payment, "amount": str(amount)})
            return str(made["id"])

    def dispute(self, payment: str, amount: int | None = None) -> str:
        """The cardholder's bank takes money back; the dispute's id. Raises ApiError."""
        with self._store.lock:
            return str(disputes.open_dispute(self._store, payment, amount)["id"])

    def close_dispute(self, dispute: str, *, won: bool) -> None:
        with self._store.lock:
            disputes.close_dispute(self._store, dispute, won=won)

    def advance(self) -> None:
        """Do what time has made due: to be called after the clock has moved."""
        with self._store.lock:
            checkout.expire_what_is_due(self._store)
            billing.renew_what_is_due(self._store)

    def stats(self) -> dict[str, int]:
        """`events_sent`: events that went out to the webhook, each once, however often it was tried."""
        with self._store.lock:
            return {"events_sent": self._events_sent}

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until the product has every event; False if `timeout` seconds were too few."""
        return self._callbacks.wait_until_idle(timeout)

    def close(self) -> None:
        self._callbacks.close()

    def _publish(self, event: StripeObject) -> None:
        self._events_sent += 1
        self._callbacks.send(events.as_callback(event, *self._webhook))
