"""Which trace a request belongs to."""

from flask import Request

from shared.observability.context import current, new_trace, read_trace


def trace_id_of(request: Request) -> str:
    """As the log lines and spans of the work at hand name it."""
    work = current()
    return (work.trace if work else read_trace(request.headers.get) or new_trace()).trace_id
