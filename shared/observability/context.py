"""What the work at hand belongs to: the function, the trace, and the ids of what it is about.

Plain text and a context variable: OpenTelemetry's own costs 20 ms at a cold start, and most requests are not sampled.
"""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

Given = ParamSpec("Given")
Made = TypeVar("Made")

TRACEPARENT = "traceparent"
GOOGLES = "X-Cloud-Trace-Context"
NONE_32, NONE_16 = "0" * 32, "0" * 16

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})", re.ASCII).fullmatch
_GOOGLES = re.compile(r"([0-9a-f]{32})(?:/([0-9]{1,20}))?(?:;o=([0-9]))?", re.ASCII).fullmatch
_ID = re.compile(r"[a-z]{3}_[a-z2-7]{16}", re.ASCII).fullmatch


class Trace(Struct, frozen=True):
    """A place in a trace, as W3C Trace Context has it. `sampled`: whoever began the trace wants its spans."""

    trace_id: str
    span_id: str
    sampled: bool = False

    @property
    def traceparent(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"


class Work(Struct, frozen=True):
    function: str
    trace: Trace
    ids: Mapping[str, str] = field(default_factory=dict)


_work: ContextVar[Work | None] = ContextVar("work", default=None)


def current() -> Work | None:
    return _work.get()


@contextmanager
def begun(function: str, trace: Trace) -> Iterator[None]:
    """Around one request or message."""
    before = _work.set(Work(function, trace))
    try:
        yield
    finally:
        _work.reset(before)


@contextmanager
def placed(trace: Trace) -> Iterator[None]:
    """Around a part of the work that has a span of its own."""
    before = _work.get()
    if before is None:
        yield
        return
    _work.set(replace(before, trace=trace))
    try:
        yield
    finally:
        now = _work.get() or before
        _work.set(replace(now, trace=before.trace))  # the ids that were learnt meanwhile stay


def about(**ids: str | None) -> None:
    """Say what the work at hand is about. What is no id of ours is left out: it could be anything."""
    work = _work.get()
    known = {name: one for name, one in ids.items() if isinstance(one, str) and _ID(one)}
    if work is not None and known:
        _work.set(replace(work, ids={**work.ids, **known}))


def carried(call: Callable[Given, Made]) -> Callable[Given, Made]:
    """`call` for another thread to make, as part of this one's work."""
    work = _work.get()

    def make(*given: Given.args, **named: Given.kwargs) -> Made:
        _work.set(work)
        return call(*given, **named)

    return make


def kept(parts: Iterator[Made]) -> Iterator[Made]:
    """The parts of an answer, which are made after the edge has been left, as part of the work all the same."""
    work = _work.get()

    def make() -> Iterator[Made]:
        before = _work.get()
        _work.set(work)
        try:
            yield from parts
        finally:
            _work.set(before)

    return make()


def traceparent() -> str | None:
    """What a message takes along so that whoever gets it goes on with the trace."""
    work = _work.get()
    return work.trace.traceparent if work else None


def new_trace() -> Trace:
    ids = secrets.token_hex(24)
    return Trace(ids[:32], ids[32:])


def read_trace(field: Callable[[str], str | None]) -> Trace | None:
    """The trace that a request's headers or a message's attributes name; None where they name none that is one.

    `field` gives one of them by its name.
    """
    found = _TRACEPARENT(field(TRACEPARENT) or "")
    if found and found[1] != NONE_32 and found[2] != NONE_16:
        return Trace(found[1], found[2], bool(int(found[3], 16) & 1))
    google = _GOOGLES(field(GOOGLES) or "")
    if google is None or google[1] == NONE_32:
        return None
    span = f"{int(google[2] or 0) & 0xFFFF_FFFF_FFFF_FFFF:016x}"
    return Trace(google[1], secrets.token_hex(8) if span == NONE_16 else span, google[3] == "1")
