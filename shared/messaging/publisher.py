"""Pub/Sub through Google's client of its API, which loads at first use: 200 ms.

Not through the client that gathers messages of its own accord: it takes two threads for each, and 400 ms to load.
"""

import logging
import time
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from shared.local_channel import open_channel
from shared.observability.context import TRACEPARENT
from shared.observability.spans import span
from shared.once import once
from shared.ports import Message
from shared.settings import MessagingSettings

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2
"""What is not taken by then is left to the relay: a request never waits longer for Pub/Sub."""
FIRST_PAUSE_SECONDS = 0.05
MOST_AT_ONCE = 1_000
"""Messages that Pub/Sub takes in one call."""

_topic = attrgetter("topic")


class PubSubPublisher:
    def __init__(self, settings: MessagingSettings) -> None:
        self._settings = settings

    def publish(self, messages: Sequence[Message]) -> list[int]:
        """The outbox ids of what Pub/Sub has taken. Raises nothing: the outbox keeps the rest."""
        facts: dict[str, str | int] = {
            "messaging.system": "gcp_pubsub",
            "messaging.destination.name": " ".join(sorted({one.topic for one in messages})),
            "messaging.batch.message_count": len(messages),
        }
        with span("publish", "producer", facts):
            return self._publish(messages)

    def _publish(self, messages: Sequence[Message]) -> list[int]:
        until, taken, faults = time.monotonic() + PATIENCE_SECONDS, list[int](), set[str]()
        for topic, of_topic in groupby(sorted(messages, key=_topic), key=_topic):
            some = list(of_topic)
            for start in range(0, len(some), MOST_AT_ONCE):
                chunk = some[start : start + MOST_AT_ONCE]
                try:
                    self._call(topic, chunk, until - time.monotonic())
                    taken += [one.id for one in chunk]
                except Exception as error:  # whatever the client fails with, the relay publishes later
                    faults.add(type(error).__name__)
        if len(taken) < len(messages):
            left, why = len(messages) - len(taken), ", ".join(sorted(faults))
            log.warning("left to the relay: %d of %d messages %s", left, len(messages), why)
        return taken

    def _call(self, topic: str, messages: Sequence[Message], seconds: float) -> None:
        """Try until that many seconds have passed. Raises what the client does."""
        from google.api_core import exceptions, retry

        if seconds <= 0:
            raise TimeoutError
        passing = retry.if_exception_type(exceptions.ServerError, exceptions.TooManyRequests, exceptions.Aborted)
        self._client.publish(
            {
                "topic": f"projects/{self._settings.google_cloud_project}/topics/{topic}",
                "messages": [{"data": one.body.encode(), "attributes": _attributes(one)} for one in messages],
            },
            retry=retry.Retry(predicate=passing, initial=FIRST_PAUSE_SECONDS, timeout=seconds),
            timeout=seconds,
        )

    @once
    def _client(self) -> Any:
        from google.pubsub_v1.services.publisher import PublisherClient

        if self._settings.pubsub_address is None:
            return PublisherClient()
        from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

        channel = open_channel(self._settings.pubsub_address, self._settings.sandbox_caller)
        return PublisherClient(transport=PublisherGrpcTransport(channel=channel))


def _attributes(message: Message) -> dict[str, str]:
    """Its topic too: a dead letter does not say where it came from."""
    attributes = {"outbox_id": str(message.id), "source_topic": message.topic}
    return attributes | ({TRACEPARENT: message.traceparent} if message.traceparent else {})
