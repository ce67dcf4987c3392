"""OpenTelemetry: spans to a collector by OTLP over HTTP. Imported only where something is sampled."""

from collections.abc import Mapping

import requests
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from shared.observability.context import Trace

PATIENCE_SECONDS = 2
"""For the collector: what it does not take by then is lost, and no request waits longer for it."""

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
KINDS = {
    "server": SpanKind.SERVER,
    "consumer": SpanKind.CONSUMER,
    "producer": SpanKind.PRODUCER,
    "client": SpanKind.CLIENT,
}


class Telemetry:
    """The spans of one process."""

    def __init__(self, url: str, project: str) -> None:
        # Google's collector asks for gcp.project_id; nothing of the machine is told
        self._provider = TracerProvider(
            resource=Resource({"service.name": "upup", "gcp.project_id": project}), shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(url, timeout=PATIENCE_SECONDS, session=_session(url))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("upup")

    def begin(self, name: str, kind: str, parent: Trace) -> tuple[Span, Trace]:
        """The span, and its place in the trace."""
        place = SpanContext(int(parent.trace_id, 16), int(parent.span_id, 16), True, TraceFlags(TraceFlags.SAMPLED))
        context = set_span_in_context(NonRecordingSpan(place), Context())
        recorded = self._tracer.start_span(name, context, KINDS[kind])
        return recorded, Trace(parent.trace_id, f"{recorded.get_span_context().span_id:016x}", True)

    def end(self, recorded: Span, facts: Mapping[str, str | int]) -> None:
        recorded.set_attributes(dict(facts))
        if "error.type" in facts:
            recorded.set_status(Status(StatusCode.ERROR))
        recorded.end()

    def flush(self) -> None:
        self._provider.force_flush(PATIENCE_SECONDS * 1_000)


def _session(url: str) -> requests.Session:
    """As the service account. A token never goes over plain HTTP."""
    if not url.startswith("https://"):
        return requests.Session()
    import google.auth
    from google.auth.transport.requests import AuthorizedSession

    credentials, _ = google.auth.default(scopes=[SCOPE])
    session: requests.Session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
    return session
