"""What the two most frequent requests ask of the database: a delivery's receipt, and its gift's page."""

from collections.abc import Callable, Iterator

import pytest

from shared.database.connection import make_pool
from shared.database.transactions import PooledDatabase
from shared.domain.delivery import DeliveryState
from shared.ports import Receipt
from shared.settings import DatabaseSettings
from shared.use_cases.gifts.open_gift import open_gift
from shared.use_cases.sends.record_receipt import record_receipt
from tests.database.pipeline import Pipeline

Ask = Callable[[Callable[[PooledDatabase], object]], int]


@pytest.fixture
def asked(database_settings: DatabaseSettings) -> Iterator[Ask]:
    """How many statements some work sends over its only connection, BEGIN and COMMIT counted."""
    pool = make_pool(database_settings)
    database = PooledDatabase(pool, lambda messages: None)

    def counted() -> int:
        with database.transaction() as tx:
            (number,) = tx.all(lambda _, number: int(number), "SHOW SESSION STATUS LIKE 'Questions'")
        return number

    def ask(work: Callable[[PooledDatabase], object]) -> int:
        first, before = counted(), counted()
        work(database)
        return counted() - before - (before - first)

    yield ask
    pool.close()


def test_a_receipt_of_a_company_without_endpoints_is_one_statement(pipeline: Pipeline, asked: Ask) -> None:
    send_id = pipeline.sent(1)
    receipt = Receipt(pipeline.deliveries(send_id, "sms_ref")[0], DeliveryState.DELIVERED)
    now = pipeline.clock.now()
    assert asked(lambda ours: record_receipt(ours, pipeline.tokens, pipeline.number_hash, receipt, now)) == 1
    assert pipeline.deliveries(send_id) == ["delivered"]


def test_a_gifts_page_that_was_opened_before_is_one_statement(pipeline: Pipeline, asked: Ask) -> None:
    pipeline.sent(1)
    token = pipeline.token_of(pipeline.sender.sent[0])

    def look(ours: PooledDatabase) -> None:
        with ours.transaction() as tx:
            open_gift(tx, pipeline.tokens, token, pipeline.today)

    assert asked(look) > 1, "it notes that it was opened"
    assert asked(look) == 1
