"""No row is ever in clear past its limit, however unevenly the hourly run comes."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import retention

START = datetime(2026, 11, 23, tzinfo=UTC)
SECONDS_LATE = st.integers(min_value=0, max_value=int(retention.RUN_MAY_BE_LATE.total_seconds()))


@given(
    delays=st.lists(SECONDS_LATE, min_size=30, max_size=60),
    uploaded_after=st.integers(min_value=0, max_value=20 * 3600),
    days=st.integers(min_value=1, max_value=30),
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_hourly_runs_that_may_be_late_never_leave_a_row_past_its_limit(
    delays: list[int], uploaded_after: int, days: int
) -> None:
    uploaded = START + timedelta(seconds=uploaded_after)
    limit = retention.encrypt_at(uploaded, days)
    hours = (START + timedelta(days=days) + timedelta(hours=place - 2) for place in range(len(delays)))
    runs = [hour + timedelta(seconds=delay) for hour, delay in zip(hours, delays, strict=True)]
    takes_it = [run for run in runs if limit < retention.must_encrypt_before(run)]
    assert takes_it[0] <= limit
    assert limit - takes_it[0] <= retention.RUN_EVERY + retention.RUN_MAY_BE_LATE


def test_the_limits_are_those_of_the_promise() -> None:
    assert retention.encrypt_at(START) - START == timedelta(days=30)
    assert retention.erase_at(START) - START == timedelta(days=365)
    assert timedelta(hours=72) == retention.MESSAGE_LIFE
    assert timedelta(days=7) == retention.SESSION_LIFE
    assert timedelta(hours=48) == retention.IDEMPOTENT_KEPT
    assert retention.IDEMPOTENT_LIFE < retention.IDEMPOTENT_KEPT


def test_a_coupon_is_valid_on_its_last_day() -> None:
    assert retention.last_valid_day(date(2026, 11, 23), 90) == date(2027, 2, 21)
    assert retention.last_valid_day(date(2028, 2, 28), 1) == date(2028, 2, 29)
