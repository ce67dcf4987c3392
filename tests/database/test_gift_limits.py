"""A gift's limits: on the recipients of one send, and on a company's in one Swedish month."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.errors import NotAcceptable
from shared.domain.schedule import month_begins
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.sends.stop_deliveries import cancel_send
from tests.database.pipeline import Pipeline, at_once


@pytest.fixture(autouse=True)
def no_limits_after(pipeline: Pipeline) -> Iterator[None]:
    yield
    limit(pipeline)


def limit(pipeline: Pipeline, per_send: int | None = None, per_month: int | None = None) -> None:
    pipeline.rows("UPDATE gifts SET most_per_send = %s, most_per_month = %s WHERE code = 'coffee'", per_send, per_month)


def refused(pipeline: Pipeline, number: int) -> list[tuple[str, str]]:
    with pytest.raises(NotAcceptable) as refusal:
        pipeline.send_to(number)
    return [(fault.field, fault.code) for fault in refusal.value.faults]


def test_a_send_to_more_than_the_gift_allows_is_refused_with_every_limit_it_passes(pipeline: Pipeline) -> None:
    limit(pipeline, per_send=3, per_month=3)
    assert refused(pipeline, 4) == [("gift", "over_send_limit"), ("gift", "over_month_limit")]
    pipeline.send_to(3)
    assert pipeline.column("SELECT COUNT(*) FROM sends") == [1]


def test_a_month_counts_what_waits_what_was_given_and_what_is_encrypted_but_not_what_was_cancelled(
    pipeline: Pipeline,
) -> None:
    pipeline.clock.time = datetime(2026, 12, 1, 11, tzinfo=UTC)
    limit(pipeline, per_month=6)
    old = pipeline.sent(2)
    pipeline.send_to(2, start_in=timedelta(days=2))
    cancelled = pipeline.issued(2)
    assert refused(pipeline, 1) == [("gift", "over_month_limit")]
    with pipeline.database.transaction() as tx:
        cancel_send(tx, pipeline.company_id, cancelled, pipeline.clock.now())
    pipeline.rows("UPDATE coupons SET state = 'voided' WHERE unwanted")
    pipeline.rows("UPDATE sends SET encrypt_at = %s WHERE id = %s", pipeline.clock.now(), old)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    assert refused(pipeline, 3) == [("gift", "over_month_limit")]
    pipeline.send_to(2)


def test_the_next_swedish_month_begins_anew(pipeline: Pipeline) -> None:
    limit(pipeline, per_month=2)
    pipeline.sent(2)
    assert refused(pipeline, 1) == [("gift", "over_month_limit")]
    pipeline.clock.time = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
    pipeline.sent(1)
    assert month_begins(datetime(2026, 11, 30, 22, 59, tzinfo=UTC)).month == 11
    assert month_begins(pipeline.clock.now()).month == 12


def test_what_was_given_in_a_swedish_months_first_hour_counts_in_it(pipeline: Pipeline) -> None:
    limit(pipeline, per_month=2)
    pipeline.clock.time = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # half past midnight in Sweden
    pipeline.sent(2)
    assert refused(pipeline, 1) == [("gift", "over_month_limit")]
    pipeline.clock.time = datetime(2026, 12, 20, 11, tzinfo=UTC)
    assert refused(pipeline, 1) == [("gift", "over_month_limit")]
    pipeline.clock.time = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    pipeline.sent(1)


def test_another_companys_gifts_and_other_gifts_do_not_count(pipeline: Pipeline) -> None:
    limit(pipeline, per_month=2)
    pipeline.send_to(2)
    pipeline.send_to(2, gift="ice_cream")
    other = pipeline.company()
    assert pipeline.send_to(2, member=other).startswith("snd_")


def test_sends_at_once_are_together_never_over_the_months_limit(pipeline: Pipeline) -> None:
    limit(pipeline, per_month=4)
    failures = at_once([lambda: pipeline.send_to(2)] * 6)
    assert [type(one) for one in failures] == [NotAcceptable] * 4
    assert pipeline.column("SELECT COUNT(*) FROM sends") == [2]
