"""Pub/Sub through Google's client, which loads at first use: 320 ms."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, wait
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
        topics = f"projects/{self._settings.google_cloud_project}/topics"
        try:
            under_way: dict[Future[str], int] = {
                self._client.publish(f"{topics}/{one.topic}", one.body.encode(), **_attributes(one)): one.id
                for one in messages
            }
        except Exception:  # whatever the client fails with, the relay publishes later
            log.warning("publishing failed", exc_info=True)
            return []
        done, _ = wait(under_way, timeout=PATIENCE_SECONDS)
        faults = {future: future.exception() for future in done}
        taken = [under_way[future] for future, fault in faults.items() if fault is None]
        if len(taken) < len(messages):
            left, why = len(messages) - len(taken), {type(fault).__name__ for fault in faults.values() if fault}
            log.warning("left to the relay: %d of %d messages %s", left, len(messages), ", ".join(sorted(why)))
        return taken

    @once
    def _client(self) -> Any:
        from google.cloud.pubsub_v1 import PublisherClient, types

        # One message a batch: 1.3 ms a call instead of 13.7 with the default, which waits for company.
        batch = types.BatchSettings(max_messages=1)
        if self._settings.pubsub_address is None:
            return PublisherClient(batch_settings=batch)
        from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

        channel = open_channel(self._settings.pubsub_address, self._settings.sandbox_caller)
        return PublisherClient(batch_settings=batch, transport=PublisherGrpcTransport(channel=channel))


def _attributes(message: Message) -> dict[str, str]:
    """Its topic too: a dead letter does not say where it came from."""
    attributes = {"outbox_id": str(message.id), "source_topic": message.topic}
    return attributes | ({TRACEPARENT: message.traceparent} if message.traceparent else {})
