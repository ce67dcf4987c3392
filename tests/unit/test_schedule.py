"""When a send may begin."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as options
from hypothesis import strategies as st

from shared.domain.schedule import DAY_BEGINS, DAY_ENDS, FURTHEST_AHEAD, STOCKHOLM, InThePast, TooFarAhead, start_at
from tests.factories import NOON

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=STOCKHOLM)


def test_without_a_time_a_send_begins_now() -> None:
    assert start_at(NOON, None, quiet_hours=False) == NOON


@pytest.mark.parametrize(
    ("wanted", "begins"),
    [
        (at(20), at(9, day=24)),
        (at(23, 59), at(9, day=24)),
        (at(8, 59, day=24), at(9, day=24)),
        (at(9, day=24), at(9, day=24)),
        (at(19, 59), at(19, 59)),
    ],
)
def test_an_evenings_or_a_nights_send_waits_for_the_morning_in_sweden(wanted: datetime, begins: datetime) -> None:
    assert start_at(NOON, wanted, quiet_hours=True) == begins
    assert start_at(NOON, wanted, quiet_hours=False) == wanted


@given(MOMENTS, st.timedeltas(timedelta(0), FURTHEST_AHEAD))
@options(deadline=None, derandomize=True)
def test_by_day_it_begins_by_day_and_never_before_it_was_asked_for(now: datetime, ahead: timedelta) -> None:
    begins = start_at(now, now + ahead, quiet_hours=True)
    assert DAY_BEGINS <= begins.astimezone(STOCKHOLM).time() < DAY_ENDS
    assert timedelta(0) <= begins - (now + ahead) < timedelta(hours=14)


def test_the_past_and_what_is_further_ahead_than_14_days_are_refused() -> None:
    with pytest.raises(InThePast):
        start_at(NOON, NOON - timedelta(seconds=1), quiet_hours=False)
    with pytest.raises(TooFarAhead):
        start_at(NOON, NOON + FURTHEST_AHEAD + timedelta(seconds=1), quiet_hours=False)
