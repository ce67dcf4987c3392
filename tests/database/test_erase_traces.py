"""What says nothing of a person goes too when its time is over: coupons, links, holds, Stripe's events, data keys."""

from datetime import timedelta

import pytest

from shared.database.queries import money
from shared.domain.retention import COUPON_LIFE, STRIPE_EVENT_LIFE
from shared.use_cases.gifts.record_redemptions import check_redemptions
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.privacy import erase_expired as module
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.erase_expired import erase_expired
from tests.database.pipeline import Pipeline
from tests.factories import NOON


@pytest.fixture(autouse=True)
def nothing_of_earlier_tests(pipeline: Pipeline) -> None:
    erase_expired(pipeline.database, NOON)


def erase(pipeline: Pipeline) -> None:
    erase_expired(pipeline.database, pipeline.clock.now())


def number(pipeline: Pipeline, table: str) -> int:
    return int(pipeline.column(f"SELECT COUNT(*) FROM {table}")[0])


def holds(pipeline: Pipeline) -> int:
    return int(pipeline.column("SELECT COUNT(*) FROM holds WHERE company_id = %s", pipeline.company_id)[0])


def test_a_coupon_goes_half_a_year_after_its_last_day_with_its_link_and_hold(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    first, last_day = pipeline.rows("SELECT id, valid_until FROM coupons LIMIT 1")[0]
    pipeline.issuer.redeem(first)
    check_redemptions(pipeline.database, pipeline.issuer, [first], pipeline.today)
    pipeline.clock.advance(days=31)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    pipeline.clock.time += timedelta(days=(last_day - pipeline.today).days + 1)
    settle_gifts(pipeline.database, pipeline.issuers, pipeline.today)
    pipeline.clock.time += COUPON_LIFE - timedelta(days=2)
    erase(pipeline)
    assert (number(pipeline, "coupons"), number(pipeline, "gift_links"), holds(pipeline)) == (2, 2, 1)
    pipeline.clock.advance(days=1)
    erase(pipeline)
    assert (number(pipeline, "coupons"), number(pipeline, "gift_links"), holds(pipeline)) == (0, 0, 0)
    assert pipeline.send_row(send_id, "state") == "done"


def test_a_coupon_whose_value_is_still_held_is_kept(pipeline: Pipeline) -> None:
    pipeline.sent(1)
    pipeline.clock.advance(days=400)
    erase(pipeline)
    assert (number(pipeline, "coupons"), holds(pipeline)) == (1, 1)


def test_a_data_key_goes_with_its_last_row_and_not_before(pipeline: Pipeline) -> None:
    pipeline.sent(2)
    pipeline.clock.advance(days=30)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    erase(pipeline)
    assert number(pipeline, "data_keys") == 1
    pipeline.clock.advance(days=335)
    erase(pipeline)
    assert number(pipeline, "data_keys") == 0


def test_a_data_key_that_a_run_has_just_made_is_kept_while_its_day_has_rows_in_clear(pipeline: Pipeline) -> None:
    pipeline.sent(1)
    with pipeline.database.transaction() as tx:
        tx.execute(
            "INSERT INTO data_keys (company_id, send_day, version, wrapped) VALUES (%s, %s, 'v', 'w')",
            (pipeline.company_id, pipeline.today),
        )
    erase(pipeline)
    assert number(pipeline, "data_keys") == 1
    pipeline.clock.advance(days=30)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    erase(pipeline)
    assert number(pipeline, "data_keys") == 1, "the one that was used"


def test_a_stripe_event_is_remembered_for_90_days(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        tx.execute("DELETE FROM stripe_events")
        assert money.first_time(tx, "evt_1", pipeline.clock.now())
    pipeline.clock.time += STRIPE_EVENT_LIFE - timedelta(seconds=1)
    erase(pipeline)
    assert number(pipeline, "stripe_events") == 1
    pipeline.clock.advance(seconds=1)
    erase(pipeline)
    assert number(pipeline, "stripe_events") == 0


def test_more_than_one_batch_goes_in_one_run(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        tx.insert_many(
            "INSERT INTO stripe_events (id, received_at) VALUES (%s, %s)",
            [(f"evt_batch_{place}", NOON) for place in range(module.ROWS_AT_ONCE + 5)],
        )
    pipeline.clock.time += STRIPE_EVENT_LIFE + timedelta(seconds=1)
    erase(pipeline)
    assert number(pipeline, "stripe_events") == 0
