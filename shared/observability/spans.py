"""Spans of a trace: the request or message itself, publishing, and each supplier's call.

Only what is sampled costs anything. Who samples is Google: Cloud Run marks at most one request in ten seconds of an
instance, and a message carries the mark on. A span holds the names of suppliers, statuses and our ids, never a URL, a
number, a text or what an exception said.
"""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from shared.observability.context import Trace, current, placed
from shared.privacy.redaction import describe

if TYPE_CHECKING:
    from opentelemetry.trace import Span

    from shared.observability.telemetry import Telemetry

log = logging.getLogger(__name__)

Kind = Literal["server", "consumer", "producer", "client"]
Facts = Mapping[str, str | int]
"""Named as OpenTelemetry's semantic conventions name them, where they do."""


class _Export:
    """Where spans go; nowhere until it is said."""

    url: str | None = None
    project = ""
    telemetry: "Telemetry | None" = None
    lock = threading.Lock()


def export_to(url: str | None, project: str) -> None:
    """Where the spans of what is sampled go from now on. None: nowhere."""
    if (url, project) != (_Export.url, _Export.project):
        _Export.url, _Export.project, _Export.telemetry = url, project, None


def _telemetry() -> "Telemetry":
    with _Export.lock:
        if _Export.telemetry is None:
            from shared.observability.telemetry import Telemetry  # 60 ms: for what is sampled alone

            _Export.telemetry = Telemetry(_Export.url or "", _Export.project)
        return _Export.telemetry


def _begun(name: str, kind: Kind, parent: Trace) -> "tuple[Span, Trace] | None":
    """None where it cannot be, as for want of credentials: no work fails for its spans."""
    try:
        return _telemetry().begin(name, kind, parent)
    except Exception as error:
        log.warning("no span: %s", describe(error))
        return None


@contextmanager
def span(name: str, kind: Kind, facts: Facts | None = None) -> Iterator[dict[str, str | int]]:
    """Around one piece of work; gives its facts, to add to. Of what is not sampled nothing is told."""
    told, work = dict(facts or {}), current()
    begun = _begun(name, kind, work.trace) if work and work.trace.sampled and _Export.url else None
    if work is None or begun is None:
        yield told
        return
    recorded, trace = begun
    try:
        with placed(trace):
            yield told
    except BaseException as error:
        told["error.type"] = type(error).__name__
        raise
    finally:
        ids = {f"upup.{name}": one for name, one in (current() or work).ids.items()}
        _telemetry().end(recorded, {"upup.function": work.function, **ids, **told})


def flush() -> None:
    """Hand over the spans of the work that has ended: between requests an instance has no processor to do it with."""
    if _Export.telemetry is not None:
        _Export.telemetry.flush()
