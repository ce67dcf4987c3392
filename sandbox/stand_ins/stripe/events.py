"""Events as they can be read back, and how they reach the webhook."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping

from sandbox.stand_ins.stripe.errors import invalid
from sandbox.stand_ins.stripe.params import Params, integer
from sandbox.stand_ins.stripe.store import Store, StripeObject, page
from sandbox.stand_ins.web import Callback


def list_events(store: Store, params: Params) -> StripeObject:
    """Newest first, by `type`, `types` and `created` (a time, or gt, gte, lt, lte)."""
    types = params.get("types", [params["type"]] if "type" in params else None)
    found = [
        event
        for event in store.all("event")
        if (types is None or event["type"] in types) and is_within(event["created"], params.get("created"))
    ]
    return page(found, params, "/v1/events")


def as_callback(event: StripeObject, url: str, secret: str) -> Callback:
    """The webhook's call, signed anew with the real time at each try."""
    body = json.dumps(event, indent=2).encode()

    def headers() -> Mapping[str, str]:
        now = int(time.time())
        signature = hmac.new(secret.encode(), f"{now}.".encode() + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": f"t={now},v1={signature}",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }

    return Callback("POST", url, body, headers)


def is_within(created: int, asked: Mapping[str, str] | str | None) -> bool:
    """Whether it is of the time that a list's `created` asks for."""
    limits = asked if isinstance(asked, dict) else {"gte": asked, "lte": asked} if isinstance(asked, str) else {}
    tests = {
        "gt": created.__gt__,
        "gte": created.__ge__,
        "lt": created.__lt__,
        "lte": created.__le__,
    }
    for name, value in limits.items():
        if name not in tests:
            raise invalid(f"Invalid range: {name}", "created")
        if not tests[name](integer(value, "created")):
            return False
    return True
