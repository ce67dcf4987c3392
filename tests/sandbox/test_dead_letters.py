"""A message from our own publisher, given up by Pub/Sub, is read as the dead letter that it has become."""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.stand_ins.grpc_server import serve
from sandbox.stand_ins.pubsub import PubSub, Subscription
from shared.messaging.dead_letter import read_dead_letter
from shared.messaging.publisher import PubSubPublisher
from shared.ports import Message
from shared.settings import MessagingSettings
from tests.factories import NOON, FakeClock
from tests.sandbox.pubsub_support import Endpoint


@dataclass
class Event:
    data: Any


def test_what_is_published_and_given_up_is_read_with_its_topic_its_age_and_why() -> None:
    with ExitStack() as stack:
        endpoint = stack.enter_context(closing(Endpoint(lambda push: 200 if push.path == "/dead" else 500)))
        live = Subscription(
            "send_sms",
            "sms-wanted",
            f"{endpoint.url}/live",
            minimum_backoff_seconds=0,
            max_delivery_attempts=3,
            dead_letter_topic="sms-wanted-dead",
        )
        dead = Subscription("keep_dead_letter", "sms-wanted-dead", f"{endpoint.url}/dead")
        pubsub = stack.enter_context(closing(PubSub("upup-test", [live, dead], clock=FakeClock())))
        server = stack.enter_context(closing(serve(pubsub)))
        settings = MessagingSettings(google_cloud_project="upup-test", pubsub_address=server.address)
        message = Message(7, "sms-wanted", '{"send_id":"snd_1","first":1,"last":500}')
        assert PubSubPublisher(settings).publish([message]) == [7]
        letter = read_dead_letter(Event(endpoint.next("/dead").body), NOON + timedelta(minutes=5))
    assert (letter.outbox_id, letter.topic, letter.body) == (message.id, message.topic, message.body)
    assert (letter.reason, letter.attempts) == ("not acknowledged by send_sms", 3)
    assert (letter.published_at, letter.kept_at) == (NOON, NOON + timedelta(minutes=5))
