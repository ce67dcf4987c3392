"""Refusals as the API's description has them: one schema for all, and one answer a status."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from shared.domain import errors
from shared.domain.errors import Refusal
from shared.http.gift_page import is_page
from shared.http.openapi.operation import Operation
from shared.http.openapi.routes import Route
from shared.http.problem import MEDIA_TYPE

Schema = dict[str, Any]

PROBLEM: Schema = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. All faults of a request are named at once; `trace_id` is what to ask UpUp about.",
    "required": ["type", "title", "status", "detail", "errors", "trace_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        "trace_id": {"type": "string"},
    },
}
FAULT: Schema = {
    "type": "object",
    "title": "Fault",
    "required": ["field", "code", "message"],
    "properties": {
        "field": {"type": "string", "description": "The field's place, as `recipients.3`; `body` is the whole."},
        "code": {"type": "string", "description": "For programs."},
        "message": {"type": "string", "description": "How to mend it."},
    },
}
HEADERS: dict[str, Schema] = {
    "Retry-After": {
        "description": "Seconds until it is worth a new try.",
        "required": True,
        "schema": {"type": "integer"},
    },
    "WWW-Authenticate": {
        "description": "`Bearer` where an API key would do, with `error` for one that does not hold (RFC 6750);"
        " `Session` where only a person may come in.",
        "required": True,
        "schema": {"type": "string", "pattern": "^(Bearer|Session) realm="},
    },
}
ALL: tuple[type[Refusal], ...] = (
    errors.Malformed,
    errors.Unauthenticated,
    errors.BalanceTooLow,
    errors.Forbidden,
    errors.NotFound,
    errors.Conflict,
    errors.TooLarge,
    errors.UnsupportedMedia,
    errors.NotAcceptable,
    errors.TooMany,
    errors.Unavailable,
)
OF_A_BODY: tuple[type[Refusal], ...] = (
    errors.Malformed,
    errors.TooLarge,
    errors.UnsupportedMedia,
    errors.NotAcceptable,
)
ANYWHERE: tuple[type[Refusal], ...] = (errors.TooMany, errors.Unavailable)
SAYS = {
    HTTPStatus.UNAUTHORIZED: "WWW-Authenticate",
    HTTPStatus.TOO_MANY_REQUESTS: "Retry-After",
    HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After",
}
"""The header that each answer of a status has."""


def components() -> dict[str, Schema]:
    """The answers, by the name under which operations refer to them."""
    return {one.__name__: _answer(one, {}) for one in ALL}


def of(route: Route, operation: Operation, more: Mapping[str, Any]) -> dict[str, Schema]:
    """What the route can refuse, by status. `more`: the schema of what its 422 says beyond the problem."""
    statuses = {one.status for one in [*operation.problems, *ANYWHERE]}
    if route.role or route.staff:
        statuses |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    if route.method != "GET":
        statuses.add(HTTPStatus.FORBIDDEN)  # begun by another site's page
    if route.places:
        statuses.add(HTTPStatus.NOT_FOUND)
    if operation.query or operation.idempotent:
        statuses.add(HTTPStatus.UNPROCESSABLE_ENTITY)
    if operation.body is not None:
        statuses |= {one.status for one in OF_A_BODY}
    if is_page(route.path):
        return {str(one.value): _page(one) for one in sorted(statuses)}
    found = {str(one.value): {"$ref": f"#/components/responses/{_kind(one).__name__}"} for one in sorted(statuses)}
    if more:
        found["422"] = _answer(errors.NotAcceptable, more)
    return found


def _page(status: HTTPStatus) -> Schema:
    """For a browser a page, else as everywhere."""
    answer = _answer(_kind(status), {})
    answer["content"]["text/html"] = {"schema": {"type": "string"}}
    return answer


def _answer(kind: type[Refusal], more: Mapping[str, Any]) -> Schema:
    schema: Schema = {"$ref": "#/components/schemas/Problem"}
    if more:
        schema = {"anyOf": [{"allOf": [schema, more]}, schema]}
    answer: Schema = {"description": f"{kind.title}.", "content": {MEDIA_TYPE: {"schema": schema}}}
    if kind.status in SAYS:
        answer["headers"] = {SAYS[kind.status]: {"$ref": f"#/components/headers/{SAYS[kind.status]}"}}
    return answer


def _kind(status: HTTPStatus) -> type[Refusal]:
    return next(one for one in ALL if one.status is status)
