"""When a supplier may be called: a token bucket for its rate, and a breaker that leaves it in peace when it is down."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

FAILURES_TO_OPEN = 5
"""Calls in a row that failed before the breaker opens."""

OPEN_FOR = timedelta(seconds=30)
"""Then one call, the probe, may try; the others wait for what comes of it."""

LONGEST_PAUSE = timedelta(minutes=10)
"""A Retry-After is honoured up to this."""


class GateState(Struct, frozen=True):
    """What all instances share of one supplier."""

    tokens: float
    refilled_at: datetime
    failures: int = 0
    blocked_until: datetime | None = None


class Pass(Struct, frozen=True):
    """Whether a call may begin after `wait_seconds`; None says that the supplier is left in peace."""

    state: GateState
    wait_seconds: float | None


def ask(state: GateState, now: datetime, number: int, per_second: float) -> Pass:
    """Ask for `number` messages. A bucket may be overdrawn by one call: whoever comes next waits until it is even."""
    if state.blocked_until is not None and now < state.blocked_until:
        return Pass(state, None)
    if state.failures >= FAILURES_TO_OPEN:
        state = replace(state, blocked_until=now + OPEN_FOR)  # this call is the probe
    elapsed = max(0.0, (now - state.refilled_at).total_seconds())
    tokens = min(per_second, state.tokens + elapsed * per_second)
    wait = max(0.0, -tokens / per_second)
    return Pass(replace(state, tokens=tokens - number, refilled_at=now), wait)


def succeeded(state: GateState) -> GateState:
    return replace(state, failures=0, blocked_until=None)


def failed(state: GateState, now: datetime, retry_after_seconds: float | None) -> GateState:
    """One more failure; the breaker opens at `FAILURES_TO_OPEN`, or for as long as the supplier asks for."""
    failures = state.failures + 1
    pause = OPEN_FOR if failures >= FAILURES_TO_OPEN else timedelta(0)
    if retry_after_seconds is not None:
        pause = max(pause, min(timedelta(seconds=retry_after_seconds), LONGEST_PAUSE))
    return replace(state, failures=failures, blocked_until=now + pause if pause else state.blocked_until)
