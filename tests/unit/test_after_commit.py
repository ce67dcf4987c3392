"""Messages leave the outbox once they are published: each at the latest with the last of those who publish with it."""

import threading
from collections.abc import Sequence

import pytest

from shared.messaging.after_commit import MOST_WAITING, AfterCommit
from shared.ports import Message


class Broken(Exception):
    """What Pub/Sub's client, or the database, fails with."""


class Gated:
    """Takes all messages, those whose body is `wait` once it is opened; one that is `broken` fails."""

    def __init__(self) -> None:
        self.opened, self.waiting = threading.Event(), threading.Event()

    def publish(self, messages: Sequence[Message]) -> list[int]:
        for one in messages:
            if one.body == "broken":
                raise Broken
            if one.body == "wait":
                self.waiting.set()
                assert self.opened.wait(20)
        return [one.id for one in messages]


class Outbox:
    """`removed`: the statements, by the ids of each."""

    def __init__(self) -> None:
        self.publisher, self.removed = Gated(), list[list[int]]()
        self.after_commit = AfterCommit(self.publisher, self.removed.append)

    def publish(self, number: int, body: str = "now") -> None:
        self.after_commit.publish([Message(number, "sms-wanted", body, None)])

    def while_one_publishes(self, number: int) -> threading.Thread:
        thread = threading.Thread(target=self.publish, args=(number, "wait"))
        thread.start()
        assert self.publisher.waiting.wait(20)
        return thread

    def end(self, thread: threading.Thread) -> None:
        self.publisher.opened.set()
        thread.join(20)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


def test_who_publishes_alone_takes_its_messages_from_the_outbox_at_once(outbox: Outbox) -> None:
    outbox.publish(1)
    outbox.publish(2)
    assert outbox.removed == [[1], [2]]


def test_the_last_of_those_who_publish_together_takes_the_messages_of_all(outbox: Outbox) -> None:
    last = outbox.while_one_publishes(1)
    outbox.publish(2)
    outbox.publish(3)
    assert outbox.removed == []
    outbox.end(last)
    assert [sorted(ids) for ids in outbox.removed] == [[1, 2, 3]]


def test_one_that_takes_long_keeps_no_more_than_some_messages_of_others_in_the_outbox(outbox: Outbox) -> None:
    last = outbox.while_one_publishes(0)
    for number in range(1, MOST_WAITING + 3):
        outbox.publish(number)
    assert [len(ids) for ids in outbox.removed] == [MOST_WAITING]
    outbox.end(last)
    assert sorted(one for ids in outbox.removed for one in ids) == list(range(MOST_WAITING + 3))


def test_what_could_not_be_published_stays_and_holds_nobody_up(outbox: Outbox) -> None:
    with pytest.raises(Broken):
        outbox.publish(1, "broken")
    outbox.publish(2)
    assert outbox.removed == [[2]]


def test_who_fails_among_others_takes_out_what_they_had_published(outbox: Outbox) -> None:
    last = outbox.while_one_publishes(1)
    with pytest.raises(Broken):
        outbox.publish(2, "broken")
    outbox.publish(3)
    outbox.end(last)
    assert [sorted(ids) for ids in outbox.removed] == [[1, 3]]
