"""An OpenTelemetry collector on one machine: takes spans by OTLP over HTTP, as Google's does, and keeps the newest."""

from __future__ import annotations

import threading
from typing import Any

from flask import Flask, Response, request
from google.protobuf.message import DecodeError

from sandbox.run import TRACES_PATH

Json = dict[str, Any]

MOST = 20_000
"""Spans that are kept."""


class Collector:
    """Holds the newest spans in memory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spans: list[Json] = []
        self.app = _make_app(self)

    def take(self, body: bytes) -> None:
        """Raises `DecodeError` for what is not OTLP."""
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        asked = ExportTraceServiceRequest.FromString(body)
        spans = [_shown(one) for of in asked.resource_spans for scope in of.scope_spans for one in scope.spans]
        with self._lock:
            self._spans = (self._spans + spans)[-MOST:]

    def spans(self, trace_id: str) -> list[Json]:
        """`{"trace_id","id","parent","name","kind","error","said","attributes"}`, in the order that they came in."""
        with self._lock:
            return [one for one in self._spans if one["trace_id"] == trace_id]


def _shown(span: Any) -> Json:
    kinds = type(span).SpanKind
    return {
        "trace_id": span.trace_id.hex(),
        "id": span.span_id.hex(),
        "parent": span.parent_span_id.hex(),
        "name": span.name,
        "kind": kinds.Name(span.kind).removeprefix("SPAN_KIND_").lower(),
        "error": span.status.code == type(span.status).STATUS_CODE_ERROR,
        "said": [span.status.message, *(str(event) for event in span.events)],
        "attributes": {one.key: one.value.string_value or one.value.int_value for one in span.attributes},
    }


def _make_app(collector: Collector) -> Flask:
    app = Flask(__name__)

    @app.post(TRACES_PATH)
    def take() -> Response:
        try:
            collector.take(request.get_data())
        except DecodeError:
            return Response("not an ExportTraceServiceRequest", 400)
        return Response(b"", content_type="application/x-protobuf")

    return app
