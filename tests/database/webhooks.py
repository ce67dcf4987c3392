"""A company's endpoints and what a fake receiver there is told, for the tests of webhooks."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from shared.database.queries import webhook_endpoints
from shared.database.queries.webhook_endpoints import Endpoint
from shared.domain import ids
from shared.domain.topics import EVENTS_WANTED
from shared.ports import WebhookAnswer, WebhookCall, WebhookTrouble
from shared.privacy.webhook_secrets import new_secret, seal
from shared.use_cases.webhooks.call_endpoint import Parts, call_endpoint
from tests.database.pipeline import Pipeline

GOOD = WebhookAnswer(204, None, 12)
BROKEN = WebhookAnswer(500, None, 12)
SILENT = WebhookAnswer(None, WebhookTrouble.TIMEOUT, 10_000)
GONE = WebhookAnswer(410, None, 12)
EVERYTHING = ("delivery.*", "gift.redeemed", "send.done")


@dataclass
class FakeReceiver:
    """Keeps its calls and gives `answer`, or what `answers` makes of a call."""

    answer: WebhookAnswer = GOOD
    answers: Callable[[WebhookCall], WebhookAnswer] | None = None
    calls: list[WebhookCall] = field(default_factory=list)

    def call(self, call: WebhookCall) -> WebhookAnswer:
        self.calls.append(call)
        return self.answers(call) if self.answers else self.answer

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(one.body) for one in self.calls]

    @property
    def types(self) -> list[str]:
        """In the order of their names."""
        return sorted(body["type"] for body in self.bodies)

    @property
    def message_ids(self) -> list[str]:
        return [one.message_id for one in self.calls]


@dataclass
class HeldReceiver(FakeReceiver):
    """Holds its calls until it is released: a worker in the middle of them."""

    called: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)

    def call(self, call: WebhookCall) -> WebhookAnswer:
        self.called.set()
        assert self.released.wait(20)
        return super().call(call)


@dataclass
class Webhooks:
    """What a pipeline's companies are told."""

    pipeline: Pipeline
    receiver: FakeReceiver = field(default_factory=FakeReceiver)

    def endpoint(self, *events: str, company_id: str | None = None, test: bool = False) -> Endpoint:
        clock, tokens = self.pipeline.clock, self.pipeline.tokens
        one = Endpoint(
            id=ids.new_id("whe"),
            company_id=company_id or self.pipeline.company_id,
            url="https://receiver.example/upup",
            events=",".join(events or EVERYTHING),
            description="",
            state="enabled",
            created_at=clock.now(),
            test=test,
        )
        with self.pipeline.database.transaction() as tx:
            webhook_endpoints.add(tx, one)
            sealed = seal(tokens, one.id, new_secret())
            webhook_endpoints.add_secret(tx, one.company_id, one.id, sealed, clock.now())
        return one

    def tell(self, endpoint_id: str, receiver: FakeReceiver | None = None) -> None:
        parts = Parts(self.pipeline.database, self.pipeline.clock, self.pipeline.tokens, receiver or self.receiver)
        call_endpoint(parts, endpoint_id)

    def tell_all(self) -> None:
        """Do what is published about webhooks, until nothing is left; all else waits."""
        published = self.pipeline.published
        while mine := [one for one in published if one.topic == EVENTS_WANTED]:
            published[:] = [one for one in published if one.topic != EVENTS_WANTED]
            for message in mine:
                self.tell(**json.loads(message.body))

    def later(self, wait: timedelta) -> None:
        self.pipeline.clock.time += wait

    def row(self, endpoint: Endpoint) -> Endpoint:
        with self.pipeline.database.transaction() as tx:
            found = webhook_endpoints.get(tx, endpoint.company_id, endpoint.id)
        assert found
        return found

    def messages(self, what: str = "state") -> list[Any]:
        return self.pipeline.column(f"SELECT {what} FROM webhook_messages ORDER BY next_at, id")
