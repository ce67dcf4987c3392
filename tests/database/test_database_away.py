"""A database that is away is said to be away: whoever asked may simply try again."""

from dataclasses import replace

import pytest

from shared.database.connection import make_pool
from shared.database.transactions import DatabaseAway, PooledDatabase
from shared.ports import Message
from shared.settings import DatabaseSettings
from tests.providers.odd_server import closed_url


def forget(messages: list[Message]) -> None:
    """Nothing is published here."""


def test_a_database_that_refuses_connections_is_away(database_settings: DatabaseSettings) -> None:
    nowhere = replace(database_settings, database_address=closed_url().removeprefix("http://"))
    with pytest.raises(DatabaseAway), PooledDatabase(make_pool(nowhere), forget).transaction() as tx:
        tx.value("SELECT 1")


def test_a_connection_that_is_lost_half_way_says_that_the_database_is_away(database: PooledDatabase) -> None:
    with pytest.raises(DatabaseAway), database.transaction() as tx:
        mine = tx.value("SELECT CONNECTION_ID()")
        with database.transaction() as other:
            other.execute("KILL %s", (mine,))
        tx.value("SELECT 1")
    with database.transaction() as tx:
        assert tx.value("SELECT 1") == 1, "the next transaction has a connection of its own"
