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

PUBLISH = "/google.pubsub.v1.Publisher/Publish"

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
        import grpc
        from google.pubsub_v1.types import PublishRequest

        until = time.monotonic() + seconds
        name = f"projects/{self._settings.google_cloud_project}/topics/{topic}"
        request = PublishRequest(
            {
                "topic": name,
                "messages": [{"data": one.body.encode(), "attributes": _attributes(one)} for one in messages],
            }
        )
        try:
            self._first_try(request, timeout=seconds, metadata=[_routing(name)])
        except grpc.RpcError as error:
            self._try_again(request, error, until - time.monotonic())

    def _try_again(self, request: Any, failed: Exception, seconds: float) -> None:
        """Where it may pass."""
        from google.api_core import exceptions, retry

        passing = (exceptions.ServerError, exceptions.TooManyRequests, exceptions.Aborted)
        error: Exception = exceptions.from_grpc_error(failed)  # type: ignore[no-untyped-call]
        if seconds <= 0 or not isinstance(error, passing):
            raise error from None
        predicate = retry.if_exception_type(*passing)
        again = retry.Retry(predicate=predicate, initial=FIRST_PAUSE_SECONDS, timeout=seconds)
        self._client.publish(request, retry=again, timeout=seconds)

    @once
    def _first_try(self) -> Any:
        """The call itself, over the client's channel: what the client does around it, as logging and trying again,
        costs as much once more."""
        from google.pubsub_v1.types import PublishRequest

        channel = self._client.transport.grpc_channel
        return channel.unary_unary(PUBLISH, request_serializer=PublishRequest.serialize)

    @once
    def _client(self) -> Any:
        from google.pubsub_v1.services.publisher import PublisherClient

        if self._settings.pubsub_address is None:
            return PublisherClient()
        from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

        channel = open_channel(self._settings.pubsub_address, self._settings.sandbox_caller)
        return PublisherClient(transport=PublisherGrpcTransport(channel=channel))


def _routing(topic: str) -> tuple[str, str]:
    """What Google finds the topic's servers by."""
    from google.api_core.gapic_v1.routing_header import to_grpc_metadata

    header: tuple[str, str] = to_grpc_metadata([("topic", topic)])  # type: ignore[no-untyped-call]
    return header


def _attributes(message: Message) -> dict[str, str]:
    """Its topic too: a dead letter does not say where it came from."""
    attributes = {"outbox_id": str(message.id), "source_topic": message.topic}
    return attributes | ({TRACEPARENT: message.traceparent} if message.traceparent else {})
