"""One endpoint is told what it is due, a few calls at once, by one worker at a time: a slow one holds up itself alone.

At least once: what was told and not written down, because a worker died in between, is told again under the same id.
"""

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from msgspec import Struct

from shared.database.queries import outbox, webhook_endpoints, webhook_messages
from shared.database.queries.webhook_endpoints import Endpoint
from shared.database.queries.webhook_messages import Told, ToTell
from shared.database.transactions import Database, Transaction, insist
from shared.domain import ids
from shared.domain.masked import Masked
from shared.domain.topics import EVENTS_WANTED
from shared.domain.webhook import DONE, PATIENCE, REDEEMED, TEST, wait_after
from shared.metrics import Metric
from shared.observability.context import about, carried
from shared.ports import Clock, WebhookAnswer, WebhookCall, WebhookCaller
from shared.privacy.delivery_id import DeliveryIds
from shared.privacy.tokens import TokenHasher
from shared.privacy.webhook_secrets import unseal

AT_ONCE = 8
LONGEST_SECONDS = 30
"""After these another message goes on: endpoints take turns."""

CLAIM = timedelta(seconds=90)
"""Far longer than the calls of one round take together."""

GONE = 410


class Parts(Struct, frozen=True):
    database: Database
    clock: Clock
    tokens: TokenHasher
    caller: WebhookCaller


class _Round(Masked, frozen=True):
    """What is told at once."""

    hidden: ClassVar = ("secrets",)

    endpoint: Endpoint
    secrets: Sequence[str]
    messages: Sequence[ToTell]


def call_endpoint(parts: Parts, endpoint_id: str) -> None:
    """Nothing where another worker calls it, or it is not called at all."""
    worker = _Worker(parts, endpoint_id)
    goes_on, ends = True, time.monotonic() + LONGEST_SECONDS
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook") as threads:
        while goes_on and time.monotonic() < ends and (found := worker.take()):
            call = partial(worker.call, found)
            answers = list(threads.map(carried(call), found.messages))
            goes_on = worker.write(found, answers)
    worker.let_go(goes_on)


class _Worker:
    def __init__(self, parts: Parts, endpoint_id: str) -> None:
        self._parts = parts
        self._endpoint_id = endpoint_id
        self._owner = ids.new_id("wrk")
        self._delivery_ids = DeliveryIds(parts.tokens)

    def take(self) -> _Round | None:
        """Claim the endpoint, or go on holding it, and read what it is due; None where there is nothing to do."""

        def take(tx: Transaction) -> tuple[Endpoint, list[bytes], list[ToTell]] | None:
            now = self._parts.clock.now()
            endpoint = webhook_endpoints.claim(tx, self._endpoint_id, self._owner, now, now + CLAIM)
            if endpoint is None:
                return None
            place = (endpoint.company_id, endpoint.id)
            return (
                endpoint,
                webhook_endpoints.secrets(tx, *place, now),
                webhook_messages.due(tx, *place, now, AT_ONCE),
            )

        found = insist(self._parts.database, take)
        if found is None or not found[2]:
            return None
        endpoint, sealed, messages = found
        about(company_id=endpoint.company_id)
        return _Round(endpoint, [unseal(self._parts.tokens, endpoint.id, one) for one in sealed], messages)

    def call(self, found: _Round, message: ToTell) -> WebhookAnswer:
        body = body_of(message, self._delivery_ids)
        return self._parts.caller.call(WebhookCall(found.endpoint.url, message.id, body, found.secrets))

    def write(self, found: _Round, answers: Sequence[WebhookAnswer]) -> bool:
        """Write what the calls came to; whether more calls are worth while just now.

        Nothing where the endpoint is gone, or another worker's since this one was taken for dead.
        """

        def write(tx: Transaction) -> bool:
            endpoint = webhook_endpoints.held(tx, self._endpoint_id, self._owner)
            if endpoint is None:
                return False
            now = self._parts.clock.now()
            outcomes = [told(message, answer, now) for message, answer in zip(found.messages, answers, strict=True)]
            webhook_messages.told(tx, endpoint.company_id, endpoint.id, outcomes, now)
            tx.count(Metric.WEBHOOK_MESSAGES_GIVEN_UP, sum(one.state == "given_up" for one in outcomes))
            return _judge(tx, endpoint, answers, now)

        return insist(self._parts.database, write)

    def let_go(self, goes_on: bool) -> None:
        """First let go and then look: what came meanwhile found it taken, and nobody else looks for it.

        Where no call works just now, what is left waits for `retry_webhooks`.
        """

        def let_go(tx: Transaction) -> None:
            now = self._parts.clock.now()
            held = webhook_endpoints.let_go(tx, self._endpoint_id, self._owner)
            if held and goes_on and webhook_messages.is_due(tx, self._endpoint_id, now):
                outbox.put(tx, EVENTS_WANTED, {"endpoint_id": self._endpoint_id}, now)

        insist(self._parts.database, let_go)


def told(message: ToTell, answer: WebhookAnswer, now: datetime) -> Told:
    """What becomes of a message after a call."""
    tries = message.tries + 1
    wait = None if answer.status == GONE else wait_after(tries)
    state = "delivered" if answer.is_good else "due" if wait else "given_up"
    next_at = now + wait if wait and state == "due" else now
    return Told(message.id, state, tries, next_at, answer.status, answer.trouble, answer.duration_ms)


def body_of(message: ToTell, delivery_ids: DeliveryIds) -> str:
    """Ids, states, reasons and times: never a number, a name, a text or a code."""
    body = {
        "type": message.type,
        "timestamp": message.happened_at.isoformat().replace("+00:00", "Z"),
        "data": _data(message, delivery_ids),
    }
    return json.dumps(body, separators=(",", ":"))


def _data(message: ToTell, delivery_ids: DeliveryIds) -> dict[str, object]:
    state = message.type.partition(".")[2]
    if message.type == TEST:
        return {"test": True}
    if message.type in (REDEEMED, DONE):
        return {"send_id": message.send_id, "state": state, "test": message.test}
    delivery_id = delivery_ids.encode(str(message.send_id), int(message.position or 0))
    return {
        "send_id": message.send_id,
        "delivery_id": delivery_id,
        "state": state,
        "reason": message.reason,
        "test": message.test,
    }


def _judge(tx: Transaction, endpoint: Endpoint, answers: Sequence[WebhookAnswer], now: datetime) -> bool:
    """How the endpoint fares; whether it is worth calling just now."""
    good = any(answer.is_good for answer in answers)
    since = None if good else endpoint.failing_since or now
    if since != endpoint.failing_since:
        webhook_endpoints.fared(tx, endpoint.company_id, endpoint.id, since)
    gone = any(answer.status == GONE for answer in answers)
    if gone or (since and now - since >= PATIENCE):
        webhook_endpoints.disable(tx, endpoint.company_id, endpoint.id, "gone" if gone else "failing")
        return False
    return good
