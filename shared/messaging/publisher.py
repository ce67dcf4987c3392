"""Pub/Sub through Google's client, which loads at first use: 320 ms."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future, wait
from typing import Any

from shared.once import once
from shared.ports import Message
from shared.settings import MessagingSettings

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2
"""What is not taken by then is left to the relay: a request never waits longer for Pub/Sub."""

RECONNECTING = [("grpc.max_reconnect_backoff_ms", 2_000)]
"""To a stand-in that was away: gRPC's own patience grows to two minutes."""


class PubSubPublisher:
    def __init__(self, settings: MessagingSettings) -> None:
        self._settings = settings

    def publish(self, messages: Sequence[Message]) -> list[int]:
        """The outbox ids of what Pub/Sub has taken. Raises nothing: the outbox keeps the rest."""
        topics = f"projects/{self._settings.google_cloud_project}/topics"
        try:
            under_way: dict[Future[str], int] = {
                # its topic too: a dead letter does not say where it came from
                self._client.publish(
                    f"{topics}/{one.topic}", one.body.encode(), outbox_id=str(one.id), source_topic=one.topic
                ): one.id
                for one in messages
            }
        except Exception:  # whatever the client fails with, the relay publishes later
            log.warning("publishing failed", exc_info=True)
            return []
        done, _ = wait(under_way, timeout=PATIENCE_SECONDS)
        taken = [under_way[future] for future in done if future.exception() is None]
        if len(taken) < len(messages):
            log.warning("left to the relay: %d of %d messages", len(messages) - len(taken), len(messages))
        return taken

    @once
    def _client(self) -> Any:
        from google.cloud.pubsub_v1 import PublisherClient, types

        # One message a batch: 1.3 ms a call instead of 13.7 with the default, which waits for company.
        batch = types.BatchSettings(max_messages=1)
        if self._settings.pubsub_address is None:
            return PublisherClient(batch_settings=batch)
        import grpc
        from google.pubsub_v1.services.publisher.transports import PublisherGrpcTransport

        channel = grpc.insecure_channel(self._settings.pubsub_address, options=RECONNECTING)
        return PublisherClient(batch_settings=batch, transport=PublisherGrpcTransport(channel=channel))
