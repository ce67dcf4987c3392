"""Pub/Sub takes from each caller only the messages of the topics that the table of functions gives it."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from sandbox.stand_ins.grpc_server import serve
from sandbox.stand_ins.pubsub import PubSub, Subscription
from sandbox.stand_ins.pubsub_access import PubSubAccess
from shared.messaging.publisher import PubSubPublisher
from shared.ports import Message
from shared.settings import MessagingSettings

RIGHTS = {"sends": ("coupons-wanted",), "relay_outbox": ("coupons-wanted", "sms-wanted")}
COUPONS, SMS = Message(1, "coupons-wanted", '{"first":1}'), Message(2, "sms-wanted", '{"first":1}')


class Callers:
    def __init__(self, pubsub: PubSub, access: PubSubAccess, address: str) -> None:
        self.pubsub, self.access, self._address = pubsub, access, address

    def __call__(self, name: str) -> PubSubPublisher:
        settings = MessagingSettings(
            google_cloud_project="upup-test", pubsub_address=self._address, sandbox_caller=name
        )
        return PubSubPublisher(settings)

    def topics(self) -> list[str]:
        """Those of all that was taken."""
        return [message["topic"] for message in self.pubsub.backlog()]


@pytest.fixture
def callers() -> Iterator[Callers]:
    # where a push would go nobody listens: what was taken waits in the backlog
    topics = [Subscription(topic, topic, "http://127.0.0.1:9/") for topic in ("coupons-wanted", "sms-wanted")]
    with ExitStack() as stack:
        pubsub = stack.enter_context(closing(PubSub("upup-test", topics)))
        access = PubSubAccess(RIGHTS)
        server = stack.enter_context(closing(serve(pubsub, access=access)))
        yield Callers(pubsub, access, server.address)


def test_a_caller_publishes_to_the_topics_that_it_has_and_to_no_other(callers: Callers) -> None:
    assert callers("sends").publish([COUPONS, SMS]) == [COUPONS.id]
    assert callers.topics() == ["coupons-wanted"]
    assert sorted(callers("relay_outbox").publish([COUPONS, SMS])) == [COUPONS.id, SMS.id]
    assert sorted(callers.topics()) == ["coupons-wanted", "coupons-wanted", "sms-wanted"]


@pytest.mark.parametrize("caller", ["login", "a stranger", ""])
def test_everybody_else_is_refused(callers: Callers, caller: str) -> None:
    assert callers(caller).publish([COUPONS]) == []
    assert callers.topics() == []


def test_each_refusal_is_counted_and_told_of_on_both_sides(callers: Callers, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        callers("sends").publish([COUPONS])
        assert callers.access.stats() == {"refused": 0}
        callers("sends").publish([SMS])
    assert callers.access.stats() == {"refused": 1}
    assert caplog.messages == [
        "sends may not publish to sms-wanted",
        "left to the relay: 1 of 1 messages PermissionDenied",
    ]
