"""Everything this Stripe knows: its objects by id, and the events that told of them."""

import copy
import secrets
import string
import threading
from collections.abc import Callable, Iterable
from typing import Any

import stripe

from sandbox.stand_ins.stripe.errors import no_such
from sandbox.stand_ins.stripe.params import Params, integer
from sandbox.stand_ins.web import Clock

StripeObject = dict[str, Any]

_ALPHABET = string.ascii_letters + string.digits


class Store:
    """Objects are plain JSON, changed in place by those who hold `lock`.

    `checkouts` keeps what a Checkout Session was made of and its object does not show.
    """

    def __init__(self, clock: Clock, publish: Callable[[StripeObject], None]) -> None:
        self.lock = threading.RLock()
        self.objects: dict[str, StripeObject] = {}
        self.checkouts: dict[str, Params] = {}
        self.failing_cards: set[str] = set()
        """Customers whose card pays nothing more."""
        self._clock = clock
        self._publish = publish

    def now(self) -> int:
        return int(self._clock.now().timestamp())

    def new(self, kind: str, prefix: str, fields: StripeObject, object_id: str | None = None) -> StripeObject:
        object_id = object_id or new_id(prefix)
        made = {"id": object_id, "object": kind, "created": self.now(), "livemode": False, **fields}
        self.objects[object_id] = made
        return made

    def get(self, kind: str, object_id: str, param: str = "id", status: int = 404) -> StripeObject:
        """Raises ApiError `resource_missing`."""
        found = self.objects.get(str(object_id))  # a client may send anything here
        if found is None or found["object"] != kind:
            raise no_such(kind, object_id, param, status)
        return found

    def all(self, kind: str) -> list[StripeObject]:
        return [found for found in self.objects.values() if found["object"] == kind]

    def emit(self, event_type: str, about: StripeObject, previous: StripeObject | None = None) -> None:
        """Tell the webhook: a copy of the object as it is, and with `previous` what it was before."""
        data: StripeObject = {"object": copy.deepcopy(about)}
        if previous is not None:
            data["previous_attributes"] = {name: value for name, value in previous.items() if about.get(name) != value}
        event = self.new(
            "event",
            "evt_",
            {
                "type": event_type,
                "api_version": stripe.api_version,
                "data": data,
                "pending_webhooks": 1,
                "request": {"id": None, "idempotency_key": None},
            },
        )
        self._publish(event)


def new_id(prefix: str, length: int = 24) -> str:
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(length))


def page(found: Iterable[StripeObject], params: Params, url: str) -> StripeObject:
    """Stripe's list of `found` (oldest first), newest first: `limit` (else 10) after `starting_after`."""
    items = list(found)[::-1]
    limit = min(integer(params.get("limit", "10"), "limit", least=1), 100)
    after = params.get("starting_after")
    ids = [item["id"] for item in items]
    if after is not None and after not in ids:
        raise no_such("object", str(after), "starting_after", status=400)
    first = ids.index(after) + 1 if after is not None else 0
    return {
        "object": "list",
        "url": url,
        "data": items[first : first + limit],
        "has_more": len(items) > first + limit,
    }


def whole_list(items: list[StripeObject], url: str) -> StripeObject:
    """A list inside an object."""
    return {"object": "list", "url": url, "data": items, "has_more": False}
