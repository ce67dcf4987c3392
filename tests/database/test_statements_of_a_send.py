"""What a send asks of the database: each statement is a way there and back, and its clients wait for one another."""

from collections.abc import Iterator

import pytest

from shared.database.connection import make_pool
from shared.database.transactions import PooledDatabase
from shared.http.call import Answer
from shared.http.idempotency import Once
from shared.settings import DatabaseSettings
from shared.use_cases.sends.accept_send import accept_send, plan_send, transit_key_of_today
from shared.use_cases.sends.prepare_send import judge_request, look_up_to_send
from tests.database.pipeline import Pipeline
from tests.factories import NO_LIMITS, PUBLIC_URL, fictional, fingerprint, request, table

MOST = 10
"""Of the twelve of a request: the key is looked for before, and the message leaves the outbox after."""


@pytest.fixture
def one_connection(database_settings: DatabaseSettings) -> Iterator[PooledDatabase]:
    """Used by one thread, it opens one."""
    pool = make_pool(database_settings)
    yield PooledDatabase(pool, lambda messages: None)
    pool.close()


def questions(database: PooledDatabase) -> int:
    with database.transaction() as tx:
        told = tx.all(lambda _, number: int(number), "SHOW SESSION STATUS LIKE 'Questions'")
    return told[0]


@pytest.mark.parametrize("recipients", [1, 20])
def test_it_takes_ten_also_with_an_idempotency_key(
    pipeline: Pipeline, one_connection: PooledDatabase, recipients: int
) -> None:
    now, member = pipeline.clock.now(), pipeline.member
    checked = judge_request(request(table(*map(fictional, range(recipients)))), PUBLIC_URL, fingerprint)
    key = transit_key_of_today(pipeline.transit, now)
    once = Once(pipeline.company_id, "sends", b"k" * 32, b"b" * 32, now)
    before = questions(one_connection)
    known = look_up_to_send(one_connection, member, checked, (), now)
    once.answer(
        one_connection,
        lambda: plan_send(member, checked, known, key, now),
        lambda planned: Answer(201, planned.told),
        lambda tx, planned: accept_send(tx, planned, NO_LIMITS, now),
    )
    asking = 3  # what counts is no SELECT: the first COMMIT, then BEGIN and itself
    assert questions(one_connection) - before - asking <= MOST
