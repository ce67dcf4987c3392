"""The outermost edge of every function: from here on its log lines and spans belong to the trace of what came in."""

import threading
import time
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from flask import Request, Response, has_request_context, request
from msgspec.structs import replace

from shared.observability.context import TRACEPARENT, Trace, begun, new_trace, read_trace
from shared.observability.logs import tell
from shared.observability.spans import Kind, flush, span

SAMPLED_EVERY_SECONDS = 1.0
"""A request may say itself that it wants to be sampled: one that nobody knows slows down no more than this many."""


class Allowance:
    """One sampled request at a time of an instance's."""

    def __init__(self, seconds: float = SAMPLED_EVERY_SECONDS) -> None:
        self._seconds = seconds
        self._next = 0.0
        self._lock = threading.Lock()

    def judge(self, trace: Trace) -> Trace:
        """The trace, without its spans where another request had them just now."""
        if not trace.sampled:
            return trace
        with self._lock:
            now = time.monotonic()
            allowed = now >= self._next
            if allowed:
                self._next = now + self._seconds
        return replace(trace, sampled=allowed)


_requests = Allowance()


def at_edge(name: str, function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The function, as functions-framework is to serve it."""

    @wraps(function)
    def serve(given: Any) -> Any:
        kind: Kind = "server" if isinstance(given, Request) else "consumer"
        started = time.monotonic()
        trace = trace_of(given) if kind == "consumer" else _requests.judge(trace_of(given))
        with begun(name, trace):
            answer = _with_span(name, kind, function, given) if trace.sampled else function(given)
            _tell_of(_outcome(given, answer), started)
        return answer

    return serve


def _with_span(name: str, kind: Kind, function: Callable[[Any], Any], given: Any) -> Any:
    try:
        with span(name, kind) as told:
            answer = function(given)
            told |= _outcome(given, answer)
        return answer
    finally:
        flush()


def trace_of(given: Any) -> Trace:
    """A message goes on with the trace of whoever published it; anything else with its request's, or with a new one."""
    if isinstance(given, Request):
        return read_trace(given.headers.get) or new_trace()
    published = read_trace({TRACEPARENT: _attribute(given)}.get)
    asked = read_trace(request.headers.get) if has_request_context() else None
    return published or asked or new_trace()


def _attribute(event: Any) -> str:
    try:
        return str(event.data["message"]["attributes"][TRACEPARENT])
    except (AttributeError, KeyError, TypeError):  # none of our messages: the consumer says so
        return ""


def _tell_of(outcome: Mapping[str, str | int], started: float) -> None:
    """The only line of a request that is kept: Google's own would hold its path and whoever asked's address."""
    if outcome:
        method, status = outcome.values()
        tell({"method": method, "status": status, "milliseconds": round((time.monotonic() - started) * 1000)})


def _outcome(given: Any, answer: Any) -> dict[str, str | int]:
    if not isinstance(given, Request) or not isinstance(answer, Response):
        return {}
    return {"http.request.method": given.method, "http.response.status_code": answer.status_code}
