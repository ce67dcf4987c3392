"""Stripe's stand-in and our adapter to it, for the tests of what goes over the wire between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.stand_ins.stripe import Stripe as StandIn
from sandbox.stand_ins.web import WebServer
from shared.ports import CheckoutSession
from shared.providers.stripe import Stripe
from shared.settings import StripeSettings
from tests.sandbox.conftest import ManualClock, Receiver

SECRET = "whsec_sandbox"
PLANS: Any = [
    {"lookup_key": "start", "unit_amount": 29_900, "nickname": "Start"},
    {"lookup_key": "growth", "unit_amount": 99_900, "nickname": "Växa"},
]


class Served:
    def __init__(self, stand_in: StandIn, url: str, receiver: Receiver) -> None:
        self.stand_in = stand_in
        self.url = url
        self.receiver = receiver
        self.adapter = adapter(url)

    def session_id(self, checkout_url: str) -> str:
        return checkout_url.rpartition("/")[2]

    def session(self, session_id: str) -> CheckoutSession:
        found = self.adapter.checkout(session_id)
        assert found
        return found


def adapter(url: str, key: str = "sk_test_sandbox", timeout: int = 5) -> Stripe:
    return Stripe(StripeSettings(stripe_api_key=key, stripe_url=url), "https://upup.example", timeout)


@contextmanager
def stripe_served() -> Iterator[Served]:
    receiver = Receiver()
    listening = WebServer(receiver.app)
    stand_in = StandIn(ManualClock(), "sk_test_sandbox", f"{listening.url}/webhook", SECRET, PLANS)
    server = WebServer(stand_in.app)
    yield Served(stand_in, server.url, receiver)
    server.close()
    stand_in.close()
    listening.close()
