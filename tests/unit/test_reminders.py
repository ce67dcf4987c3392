"""When a reminder comes, and what it says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain import reminder, retention, schedule
from shared.domain.extra_sms import TEXTS, ExtraKind, Language, text_of
from shared.domain.reminder import MOST_DAYS, Reminder
from shared.domain.retention import RUN_EVERY, RUN_MAY_BE_LATE
from shared.domain.sms_text import measure, normalise
from shared.environment import LONGEST_PUBLIC_URL
from shared.privacy.tokens import TOKEN_LENGTH
from shared.use_cases.sends.prepare_send import example_link

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
AHEAD = st.timedeltas(timedelta(0), schedule.FURTHEST_AHEAD)
RUN_MINUTE, RUN_EVERY_MINUTES = 5, 30
"""From 9:05 to 19:35, as the table of functions says."""


def first_run(due: datetime) -> datetime:
    """The first of the job's runs at which the reminder is due."""
    run = due.replace(minute=RUN_MINUTE, second=0, microsecond=0)
    while run < due or not schedule.is_by_day(run):
        run += timedelta(minutes=RUN_EVERY_MINUTES)
    return run


@given(MOMENTS, AHEAD, st.integers(4, 30), st.integers(1, MOST_DAYS), st.booleans())
@settings(deadline=None, derandomize=True)
def test_a_reminder_comes_by_day_and_by_day_28_and_48_hours_before_the_number_is_encrypted_or_is_refused(
    now: datetime, ahead: timedelta, clear_days: int, after_days: int, quiet_hours: bool
) -> None:
    start_at = schedule.start_at(now, now + ahead, quiet_hours)
    encrypt_at = retention.encrypt_at(now, clear_days)
    last = min(now + timedelta(days=28), encrypt_at - timedelta(hours=48))
    due = reminder.remind_at(start_at, after_days)
    leaves = first_run(due)
    assert schedule.is_by_day(due)
    assert start_at + timedelta(days=after_days) <= due <= leaves
    assert reminder.deadline(now, encrypt_at) == last
    if reminder.faults(Reminder(after_days, "sv"), now, start_at, encrypt_at):
        assert first_run(due + RUN_EVERY) + RUN_MAY_BE_LATE > last, "nothing is refused that a late run would not spoil"
    else:
        assert leaves + RUN_MAY_BE_LATE - timedelta(minutes=RUN_MINUTE) <= last


@given(MOMENTS, st.integers(1, MOST_DAYS), st.booleans())
@settings(deadline=None, derandomize=True)
def test_of_a_send_that_begins_now_with_30_days_in_clear_every_day_may_be_chosen(
    now: datetime, after_days: int, quiet_hours: bool
) -> None:
    start_at = schedule.start_at(now, None, quiet_hours)
    assert not reminder.faults(Reminder(after_days, "en"), now, start_at, retention.encrypt_at(now))


@pytest.mark.parametrize(
    ("clear_days", "ahead_days", "most"), [(4, 0, 1), (5, 0, 2), (30, 14, 13), (30, 0, 27), (4, 2, 0)]
)
def test_one_that_would_come_too_late_is_refused_with_the_most_days_that_would_do(
    clear_days: int, ahead_days: int, most: int
) -> None:
    now = datetime(2026, 11, 23, 11, tzinfo=UTC)
    start_at, encrypt_at = now + timedelta(days=ahead_days), retention.encrypt_at(now, clear_days)
    assert reminder.most_days(now, start_at, encrypt_at) == most
    assert most == 0 or not reminder.faults(Reminder(most, "sv"), now, start_at, encrypt_at)
    [fault] = reminder.faults(Reminder(most + 1, "sv"), now, start_at, encrypt_at)
    assert (fault.field, fault.code) == ("reminder.after_days", "too_late")
    assert (f"at most {most}" if most else "Leave the reminder out") in fault.message


@pytest.mark.parametrize("kind", list(ExtraKind))
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_fixed_text_is_one_part_of_gsm_7_whatever_the_length_of_its_link(kind: ExtraKind, language: Language) -> None:
    for length in range(TOKEN_LENGTH, len(example_link("x" * LONGEST_PUBLIC_URL)) + 1):
        text = text_of(kind, language, "x" * length)
        size = measure(text)
        assert (size.encoding, size.parts) == ("GSM-7", 1), text
        assert normalise(text) == text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_reminder_is_not_the_text_of_a_resend_and_each_says_how_to_get_no_more(language: Language) -> None:
    texts = {kind: TEXTS[kind][language] for kind in ExtraKind}
    assert texts[ExtraKind.RESEND] != texts[ExtraKind.REMINDER]
    assert all("{link}" in text and ("sms" in text or "texts" in text) for text in texts.values())
