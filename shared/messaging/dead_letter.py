"""What Pub/Sub forwards once it has given a message up: the message, and how it went, in its attributes."""

import base64
import json
from datetime import UTC, datetime

from shared.database.queries.dead_letters import DeadLetter
from shared.domain import ids
from shared.domain.topics import TOPICS
from shared.messaging.consumer import CloudEvent, UselessMessage

SOURCE = "CloudPubSubDeadLetterSource"
LONGEST_REASON = 100


def read_dead_letter(event: CloudEvent, now: datetime) -> DeadLetter:
    """Raises `UselessMessage` for what was never one of our messages."""
    try:
        message = event.data["message"]
        attributes = message["attributes"]
        body = json.loads(base64.b64decode(message["data"], validate=True))
        subscription = str(attributes[f"{SOURCE}Subscription"])
        topic = attributes["source_topic"]  # our publisher's: Google names the subscription only
        if topic not in TOPICS or not isinstance(body, dict):
            raise UselessMessage("not a dead letter of ours")
        return DeadLetter(
            id=ids.new_id("ded"),
            outbox_id=int(attributes["outbox_id"]),
            topic=topic,
            body=json.dumps(body, separators=(",", ":")),
            reason=f"not acknowledged by {subscription}"[:LONGEST_REASON],
            attempts=int(attributes[f"{SOURCE}DeliveryCount"]),
            published_at=datetime.fromisoformat(attributes[f"{SOURCE}TopicPublishTime"]).astimezone(UTC),
            kept_at=now,
            replayed_at=None,
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        raise UselessMessage("not a dead letter of ours") from None
