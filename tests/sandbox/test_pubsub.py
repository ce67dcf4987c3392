"""The Pub/Sub stand-in, published to by Google's own client. What Google promises is asked of it and,
where it is on the machine, of Google's emulator; what only the stand-in has comes after."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from itertools import pairwise

import pytest
from google.api_core import exceptions

from sandbox.stand_ins.pubsub import PubSub, Subscription
from tests.sandbox.pubsub_support import (
    PATIENCE,
    Endpoint,
    Publisher,
    Push,
    always,
    find_google_emulator,
    free_port,
    google_emulator,
    in_turn,
    start_at_emulator,
    start_stand_in,
)

Listen = Callable[[Callable[[Push], int]], Endpoint]


@pytest.fixture
def listen() -> Iterator[Listen]:
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(closing(Endpoint(answer)))


Start = Callable[..., Publisher]


@pytest.fixture(params=["stand-in", "emulator"])
def start(request: pytest.FixtureRequest) -> Iterator[Start]:
    """Makes the subscriptions in a project of their own, at the stand-in and at the emulator in turn."""
    with ExitStack() as stack:
        if request.param == "stand-in":
            yield lambda *subscriptions: start_stand_in(stack, *subscriptions)[1]
        else:
            address = request.getfixturevalue("emulator")
            yield lambda *subscriptions: start_at_emulator(stack, address, *subscriptions)


StartStandIn = Callable[..., tuple[PubSub, Publisher]]


@pytest.fixture
def stand_in() -> Iterator[StartStandIn]:
    with ExitStack() as stack:
        yield lambda *subscriptions: start_stand_in(stack, *subscriptions)


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """The address of Google's emulator, started once for all tests."""
    java, jar = shutil.which("java"), find_google_emulator()
    if not java or not jar:
        pytest.skip("Google's Pub/Sub emulator (java and the Google Cloud SDK) is not on this machine")
    with google_emulator(java, jar) as address:
        yield address


# What Google promises


def test_a_published_message_is_pushed_as_google_writes_it(start: Start, listen: Listen) -> None:
    endpoint = listen(always(204))
    publisher = start(Subscription("send-sms", "sms-wanted", endpoint.url))
    message_id = publisher.publish("sms-wanted", b'{"send_id":"snd_1"}', outbox_id="7")
    push = endpoint.next()
    message = push.body["message"]
    assert push.body["subscription"] == f"projects/{publisher.project}/subscriptions/send-sms"
    assert push.data == b'{"send_id":"snd_1"}'
    assert message["attributes"] == {"outbox_id": "7"}
    assert message["messageId"] == message["message_id"] == message_id
    assert message["publishTime"] == message["publish_time"]
    assert datetime.fromisoformat(message["publishTime"]).tzinfo


def test_every_subscription_of_a_topic_gets_the_message(start: Start, listen: Listen) -> None:
    endpoint = listen(always(200))
    publisher = start(
        Subscription("first", "sms-wanted", f"{endpoint.url}/first"),
        Subscription("second", "sms-wanted", f"{endpoint.url}/second"),
    )
    publisher.publish("sms-wanted", b"x")
    assert {endpoint.next().path, endpoint.next().path} == {"/first", "/second"}


def test_a_message_that_is_nacked_comes_again_after_the_backoff(start: Start, listen: Listen) -> None:
    endpoint = listen(in_turn(500, 200))
    publisher = start(Subscription("send-sms", "sms-wanted", endpoint.url, minimum_backoff_seconds=0.3))
    message_id = publisher.publish("sms-wanted", b"x")
    first, second = endpoint.next(), endpoint.next()
    assert first.body["message"]["messageId"] == second.body["message"]["messageId"] == message_id
    assert second.at - first.at >= 0.3


def test_a_message_that_is_not_answered_by_the_ack_deadline_comes_again(start: Start, listen: Listen) -> None:
    pushes = iter(range(2))
    came_again = threading.Event()

    def hold_the_first(_: Push) -> int:
        if next(pushes) == 0:
            came_again.wait(PATIENCE)
        came_again.set()
        return 200

    endpoint = listen(hold_the_first)
    publisher = start(Subscription("send-sms", "sms-wanted", endpoint.url, ack_deadline_seconds=1))
    publisher.publish("sms-wanted", b"x")
    first, second = endpoint.next(), endpoint.next()
    assert first.body["message"]["messageId"] == second.body["message"]["messageId"]
    assert second.at - first.at >= 0.8  # the emulator counts from before the push left


def test_a_message_is_a_dead_letter_after_exactly_so_many_attempts(start: Start, listen: Listen) -> None:
    endpoint = listen(lambda push: 200 if push.path == "/dead" else 500)
    publisher = start(
        Subscription(
            "send-sms",
            "sms-wanted",
            f"{endpoint.url}/live",
            minimum_backoff_seconds=0,
            max_delivery_attempts=5,
            dead_letter_topic="dead-letters",
        ),
        Subscription("keep-dead-letter", "dead-letters", f"{endpoint.url}/dead"),
    )
    publisher.publish("sms-wanted", b"x", outbox_id="7")
    attempts = [endpoint.next("/live") for _ in range(5)]
    dead = endpoint.next()  # of any path: a sixth attempt would come here first
    assert dead.path == "/dead"
    assert dead.data == b"x"
    assert dead.body["message"]["attributes"] == {
        "outbox_id": "7",
        "CloudPubSubDeadLetterSourceDeliveryCount": "5",
        "CloudPubSubDeadLetterSourceSubscription": "send-sms",
        "CloudPubSubDeadLetterSourceSubscriptionProject": publisher.project,
        "CloudPubSubDeadLetterSourceTopicPublishTime": attempts[0].body["message"]["publishTime"],
    }


def test_an_unknown_topic_is_not_found(start: Start, listen: Listen) -> None:
    publisher = start(Subscription("send-sms", "sms-wanted", listen(always(200)).url))
    with pytest.raises(exceptions.NotFound):
        publisher.publish("sms-wamted", b"x")


def test_a_message_without_data_and_attributes_is_refused(start: Start, listen: Listen) -> None:
    publisher = start(Subscription("send-sms", "sms-wanted", listen(always(200)).url))
    with pytest.raises(exceptions.InvalidArgument):
        publisher.publish("sms-wanted", b"")


# What only the stand-in has


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 0.2), (2, 0.4), (4, 1.6), (6, 6.4), (7, 10), (9999, 10)])
def test_backoff_doubles_from_the_minimum_to_the_maximum(attempts: int, seconds: float) -> None:
    assert Subscription("send-sms", "sms-wanted", "").backoff_seconds(attempts) == pytest.approx(seconds)


def test_pushes_rest_as_long_as_the_backoff_says(stand_in: StartStandIn, listen: Listen) -> None:
    endpoint = listen(in_turn(500, 429, 302, 503, 200))
    subscription = Subscription(
        "send-sms", "sms-wanted", endpoint.url, minimum_backoff_seconds=0.05, maximum_backoff_seconds=0.2
    )
    pubsub, publisher = stand_in(subscription)
    publisher.publish("sms-wanted", b"x")
    moments = [endpoint.next().at for _ in range(5)]
    rests = [after - before for before, after in pairwise(moments)]
    assert all(rest >= least for rest, least in zip(rests, [0.05, 0.1, 0.2, 0.2], strict=True))
    assert pubsub.wait_until_idle(PATIENCE)


def test_as_many_pushes_as_allowed_are_in_flight_and_never_more(stand_in: StartStandIn, listen: Listen) -> None:
    eight = threading.Barrier(8)
    in_flight, most, lock = 0, 0, threading.Lock()

    def wait_for_eight(_: Push) -> int:
        nonlocal in_flight, most
        with lock:
            in_flight += 1
            most = max(most, in_flight)
        eight.wait(PATIENCE)
        with lock:
            in_flight -= 1
        return 200

    pubsub, publisher = stand_in(Subscription("send-sms", "sms-wanted", listen(wait_for_eight).url))
    for _ in range(24):
        publisher.publish("sms-wanted", b"x")
    assert pubsub.wait_until_idle(PATIENCE)
    assert most == 8
    assert pubsub.stats() == {"published": 24, "pushed": 24, "dead": 0}


def test_pushes_share_kept_alive_connections(stand_in: StartStandIn, listen: Listen) -> None:
    endpoint = listen(always(200))
    pubsub, publisher = stand_in(Subscription("send-sms", "sms-wanted", endpoint.url, max_outstanding=2))
    for _ in range(20):
        publisher.publish("sms-wanted", b"x")
    assert pubsub.wait_until_idle(PATIENCE)
    assert len({endpoint.next().client_port for _ in range(20)}) <= 2


def test_the_backlog_shows_what_is_in_flight_until_it_is_acknowledged(stand_in: StartStandIn, listen: Listen) -> None:
    go_on = threading.Event()
    endpoint = listen(lambda _: 200 if go_on.wait(PATIENCE) else 500)
    pubsub, publisher = stand_in(Subscription("send-sms", "sms-wanted", endpoint.url))
    publisher.publish("sms-wanted", "åäö".encode(), outbox_id="7")
    endpoint.next()
    [pending] = pubsub.backlog()
    assert not pubsub.wait_until_idle(0)
    go_on.set()
    assert pubsub.wait_until_idle(PATIENCE)
    assert pubsub.backlog() == []
    assert json.loads(json.dumps(pending)) == pending
    assert pending | {"message_id": "", "published_at": ""} == {
        "topic": "sms-wanted",
        "subscription": "send-sms",
        "message_id": "",
        "data": "åäö",
        "attributes": {"outbox_id": "7"},
        "published_at": "",
        "attempts": 1,
    }


def test_dead_letters_that_nobody_subscribes_to_stay_in_the_backlog(stand_in: StartStandIn, listen: Listen) -> None:
    subscription = Subscription(
        "send-sms",
        "sms-wanted",
        listen(always(500)).url,
        minimum_backoff_seconds=0,
        max_delivery_attempts=5,
        dead_letter_topic="dead-letters",
    )
    pubsub, publisher = stand_in(subscription)
    publisher.publish("sms-wanted", b"x")
    assert pubsub.wait_until_idle(PATIENCE)
    [dead] = pubsub.backlog()
    assert (dead["topic"], dead["subscription"], dead["data"]) == ("dead-letters", None, "x")
    assert pubsub.stats() == {"published": 1, "pushed": 5, "dead": 1}


def test_a_message_outlives_a_receiver_that_is_down(stand_in: StartStandIn) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    pubsub, publisher = stand_in(Subscription("send-sms", "sms-wanted", url, maximum_backoff_seconds=0.2))
    publisher.publish("sms-wanted", b"x")
    assert not pubsub.wait_until_idle(0.1)
    with closing(Endpoint(always(200), port)) as endpoint:
        assert endpoint.next().data == b"x"
        assert pubsub.wait_until_idle(PATIENCE)
    assert pubsub.stats()["pushed"] > 1


def test_close_leaves_no_thread_behind(listen: Listen) -> None:
    before = set(threading.enumerate())
    pubsub = PubSub("upup-test", [Subscription("send-sms", "sms-wanted", listen(always(200)).url)])
    pushing = [thread for thread in threading.enumerate() if thread.name == "push-send-sms"]
    pubsub.close()
    assert len(set(pushing) - before) == 8
    assert not any(thread.is_alive() for thread in pushing)
