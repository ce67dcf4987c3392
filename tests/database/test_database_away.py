"""A database that is away is said to be away: whoever asked may simply try again."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest

from shared.database.connection import make_pool
from shared.database.queries import outbox
from shared.database.transactions import DatabaseAway, PooledDatabase, Transaction
from shared.domain.errors import NotFound
from shared.ports import Message
from shared.settings import DatabaseSettings
from tests.factories import with_settings
from tests.providers.odd_server import closed_url

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def forget(messages: list[Message]) -> None:
    """Nothing is published here."""


def test_a_database_that_refuses_connections_is_away(database_settings: DatabaseSettings) -> None:
    nowhere = with_settings(database_settings, database_address=closed_url().removeprefix("http://"))
    with pytest.raises(DatabaseAway), PooledDatabase(make_pool(nowhere), forget).transaction() as tx:
        tx.value("SELECT 1")


def test_a_connection_that_is_lost_half_way_says_that_the_database_is_away(database: PooledDatabase) -> None:
    with pytest.raises(DatabaseAway), database.transaction() as tx:
        mine = tx.value("SELECT CONNECTION_ID() FOR UPDATE")
        with database.transaction() as other:
            other.execute("KILL %s", (mine,))
        tx.value("SELECT 1")
    with database.transaction() as tx:
        assert tx.value("SELECT 1") == 1, "the next transaction has a connection of its own"


def test_what_has_only_read_goes_on_over_another_connection(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        mine = tx.value("SELECT CONNECTION_ID()")
        with database.transaction() as other:
            other.execute("KILL %s", (mine,))
        assert tx.value("SELECT CONNECTION_ID()") != mine
        outbox.put(tx, "sms-wanted", {}, NOON)
    with database.transaction() as tx:
        assert tx.value("SELECT COUNT(*) FROM outbox") == 1


def test_a_connection_that_is_lost_between_two_transactions_fails_one_at_most(
    database_settings: DatabaseSettings,
) -> None:
    pool = make_pool(with_settings(database_settings, database_connections=1))
    alone, others = PooledDatabase(pool, forget), PooledDatabase(make_pool(database_settings), forget)
    with alone.transaction() as tx:
        mine = tx.value("SELECT CONNECTION_ID()")
    with others.transaction() as tx:
        tx.execute("KILL %s", (mine,))
    with suppress(DatabaseAway), alone.transaction() as tx:
        outbox.put(tx, "sms-wanted", {}, NOON)
    with alone.transaction() as tx:
        outbox.put(tx, "sms-wanted", {}, NOON)
    pool.close()


def test_what_only_reads_sends_no_more_than_its_reads(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        before = asked(tx)
    with database.transaction() as tx:
        assert asked(tx) == before + 1


def test_a_refusal_of_what_has_only_read_has_nothing_to_roll_back(database_settings: DatabaseSettings) -> None:
    pool = make_pool(with_settings(database_settings, database_connections=1))
    alone = PooledDatabase(pool, forget)
    with pytest.raises(NotFound), alone.transaction() as tx:
        before = asked(tx)
        raise NotFound("There is no such gift.")
    with alone.transaction() as tx:
        assert asked(tx) == before + 1
    with pytest.raises(NotFound), alone.transaction() as tx:
        outbox.put(tx, "sms-wanted", {}, NOON)
        raise NotFound("There is no such gift.")
    with alone.transaction() as tx:
        assert tx.value("SELECT COUNT(*) FROM outbox") == 0, "what was written is"
    pool.close()


def asked(tx: Transaction) -> int:
    """How many statements this connection has sent."""
    return int(
        tx.value("SELECT variable_value FROM information_schema.session_status WHERE variable_name = 'QUESTIONS'")
    )
