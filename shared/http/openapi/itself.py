"""This description."""

from shared.http.openapi.operation import Operation

OPERATIONS = {
    "GET /v1/openapi.json": Operation(
        summary="This document",
        notes="With an ETag: ask with `If-None-Match`, and it is 304 while it is the same.",
        answers={200: "application/json", 304: None},
    ),
}
