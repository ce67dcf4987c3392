"""The gate before a supplier: its rate is kept, and it is left in peace while it is down."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.domain.supplier_gate import (
    FAILURES_TO_OPEN,
    LONGEST_PAUSE,
    OPEN_FOR,
    GateState,
    ask,
    failed,
    succeeded,
)
from tests.factories import NOON

CLOSED = GateState(0, NOON)


def open_breaker() -> GateState:
    state = CLOSED
    for _ in range(FAILURES_TO_OPEN):
        state = failed(state, NOON, None)
    return state


@given(st.lists(st.tuples(st.integers(1, 100), st.integers(0, 2_000)), min_size=1, max_size=40))
@settings(deadline=None, derandomize=True)
def test_calls_never_come_faster_than_the_rate_but_for_one_seconds_burst(calls: list[tuple[int, int]]) -> None:
    per_second, state, now, told = 100.0, CLOSED, NOON, []
    for number, milliseconds in calls:
        now += timedelta(milliseconds=milliseconds)
        asked = ask(state, now, number, per_second)
        assert asked.wait_seconds is not None
        told.append((now + timedelta(seconds=asked.wait_seconds), number))
        state = asked.state
    first, last = told[0][0], told[-1][0]
    before_the_last = sum(number for _, number in told[:-1])
    assert before_the_last <= per_second * ((last - first).total_seconds() + 1) + 1e-3 + told[0][1]


def test_a_breaker_opens_after_failures_in_a_row_and_lets_one_probe_through_afterwards() -> None:
    state = open_breaker()
    assert ask(state, NOON, 1, 100).wait_seconds is None
    later = NOON + OPEN_FOR
    probe = ask(state, later, 1, 100)
    assert probe.wait_seconds is not None
    assert ask(probe.state, later, 1, 100).wait_seconds is None
    assert ask(succeeded(probe.state), later, 1, 100).wait_seconds is not None


def test_a_failure_between_successes_opens_nothing() -> None:
    state = CLOSED
    for _ in range(FAILURES_TO_OPEN * 2):
        state = succeeded(failed(state, NOON, None))
    assert ask(state, NOON, 1, 100).wait_seconds is not None


def test_retry_after_is_honoured_from_the_first_failure_up_to_a_limit() -> None:
    state = failed(CLOSED, NOON, 7)
    assert state.blocked_until == NOON + timedelta(seconds=7)
    assert failed(CLOSED, NOON, 1e9).blocked_until == NOON + LONGEST_PAUSE
    assert ask(replace(state, tokens=1), NOON + timedelta(seconds=6), 1, 100).wait_seconds is None
