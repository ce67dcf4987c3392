"""A transaction is all or nothing, and what it publishes goes out after its commit or by the relay, never before."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.database.connection import make_pool
from shared.database.queries import cursors, outbox
from shared.database.transactions import PooledDatabase
from shared.ports import Message
from shared.settings import DatabaseSettings
from shared.use_cases.messages.relay_outbox import AT_ONCE, OLD_ENOUGH, relay_outbox
from tests.database.pipeline import at_once
from tests.factories import NOON, FakePublisher

LATER = NOON + OLD_ENOUGH + timedelta(seconds=1)


class Broken(Exception):
    """What goes wrong in a transaction."""


def waiting(database: PooledDatabase) -> int:
    with database.transaction() as tx:
        return int(tx.value("SELECT COUNT(*) FROM outbox"))


def put(database: PooledDatabase, number: int = 1) -> None:
    with database.transaction() as tx:
        for place in range(number):
            outbox.put(tx, "sms-wanted", {"place": place}, NOON)


@pytest.fixture
def publisher() -> FakePublisher:
    return FakePublisher()


@pytest.fixture
def publishing(database_settings: DatabaseSettings, publisher: FakePublisher) -> Iterator[PooledDatabase]:
    """A database that publishes after a commit as the product does."""
    pool = make_pool(database_settings)

    def publish(messages: list[Message]) -> None:
        if taken := publisher.publish(messages):
            with database.transaction() as tx:
                outbox.remove(tx, taken)

    database = PooledDatabase(pool, publish)
    yield database
    pool.close()


def test_nothing_of_a_transaction_that_fails_is_kept_or_published(
    database: PooledDatabase, published: list[Message]
) -> None:
    with pytest.raises(Broken), database.transaction() as tx:
        cursors.put(tx, "test", "1")
        outbox.put(tx, "sms-wanted", {}, NOON)
        raise Broken
    assert published == []
    assert waiting(database) == 0
    with database.transaction() as tx:
        assert cursors.get(tx, "test") == ""


def test_a_worker_that_is_killed_in_a_transaction_leaves_nothing(database: PooledDatabase) -> None:
    with pytest.raises(KeyboardInterrupt), database.transaction() as tx:
        outbox.put(tx, "sms-wanted", {}, NOON)
        raise KeyboardInterrupt
    assert waiting(database) == 0


def test_a_connection_that_was_rolled_back_serves_the_next_transaction_clean(database: PooledDatabase) -> None:
    for _ in range(70):  # more often than the pool has connections
        with pytest.raises(Broken), database.transaction() as tx:
            cursors.put(tx, "test", "1")
            raise Broken
    with database.transaction() as tx:
        assert cursors.get(tx, "test") == ""


def test_a_message_is_published_only_after_the_commit(database: PooledDatabase, published: list[Message]) -> None:
    with database.transaction() as tx:
        outbox.put(tx, "sms-wanted", {"send_id": "snd_1", "first": 1}, NOON)
        assert published == []
    assert [(one.topic, one.body) for one in published] == [("sms-wanted", '{"send_id":"snd_1","first":1}')]


def test_what_pubsub_has_taken_leaves_the_outbox_and_the_rest_stays(
    publishing: PooledDatabase, publisher: FakePublisher
) -> None:
    publisher.room = 2
    put(publishing, 5)
    assert len(publisher.taken) == 2
    assert waiting(publishing) == 3


def test_the_relay_publishes_what_was_left_behind_and_empties_the_outbox(
    database: PooledDatabase, publisher: FakePublisher
) -> None:
    put(database, AT_ONCE * 2 + 5)
    assert relay_outbox(database, publisher, LATER) == AT_ONCE * 2 + 5
    assert waiting(database) == 0
    assert relay_outbox(database, publisher, LATER) == 0
    assert [one.body for one in publisher.taken] == [f'{{"place":{place}}}' for place in range(AT_ONCE * 2 + 5)]


def test_the_relay_leaves_alone_what_its_own_process_may_still_publish(
    database: PooledDatabase, publisher: FakePublisher
) -> None:
    put(database)
    assert relay_outbox(database, publisher, NOON + OLD_ENOUGH) == 0
    assert relay_outbox(database, publisher, LATER) == 1


def test_what_pubsub_does_not_take_waits_for_the_next_relay(database: PooledDatabase, publisher: FakePublisher) -> None:
    put(database, 5)
    publisher.room = 2
    assert relay_outbox(database, publisher, LATER) == 2
    publisher.room = 0
    assert relay_outbox(database, publisher, LATER) == 0
    publisher.room = 100
    assert relay_outbox(database, publisher, LATER) == 3
    assert len({one.id for one in publisher.taken}) == 5


def test_relays_at_the_same_time_lose_nothing(database: PooledDatabase, publisher: FakePublisher) -> None:
    put(database, AT_ONCE + 50)
    assert at_once([lambda: relay_outbox(database, publisher, LATER)] * 3) == []
    assert waiting(database) == 0
    assert len({one.id for one in publisher.taken}) == AT_ONCE + 50
