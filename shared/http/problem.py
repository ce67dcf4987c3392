"""Refusals as RFC 9457 problem documents."""

import json
from http import HTTPStatus

from flask import Response

from shared.domain.errors import (
    Fault,
    KeyMissing,
    KeyRefused,
    MethodNotAllowed,
    Refusal,
    ScopeMissing,
    TooMany,
    Unauthenticated,
    Unavailable,
)

TYPES = "https://upup.example/problems/"
MEDIA_TYPE = "application/problem+json"

REALM = 'realm="UpUp"'
BY_KEY = f"Bearer {REALM}"
BY_SESSION = f"Session {REALM}"
"""A scheme of our own, for what only people do: a link by e-mail brings a cookie. No browser asks for a password
because of it, nor because of `Bearer`."""


def problem(refusal: Refusal, trace_id: str) -> Response:
    """The answer that says what was refused, why, and how to mend it."""
    body: dict[str, object] = {
        "type": TYPES + refusal.code,
        "title": refusal.title,
        "status": refusal.status.value,
        "detail": refusal.detail,
        "errors": [_fault(fault) for fault in refusal.faults],
        "trace_id": trace_id,
        **refusal.extra,
    }
    headers = _challenge(refusal)
    if isinstance(refusal, Unavailable | TooMany):
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    if isinstance(refusal, MethodNotAllowed):
        headers["Allow"] = ", ".join(refusal.allowed)
    return _answer(refusal.status, body, headers)


def _challenge(refusal: Refusal) -> dict[str, str]:
    """How to come in: of each 401 (RFC 9110), and of a key that is not enough (RFC 6750)."""
    match refusal:
        case KeyRefused():
            return {"WWW-Authenticate": f'{BY_KEY}, error="invalid_token"'}
        case KeyMissing():
            return {"WWW-Authenticate": BY_KEY}
        case Unauthenticated():
            return {"WWW-Authenticate": BY_SESSION}
        case ScopeMissing():
            return {"WWW-Authenticate": f'{BY_KEY}, error="insufficient_scope", scope="{refusal.scope}"'}
    return {}


def internal_error(trace_id: str) -> Response:
    """What is told when the fault is ours: nothing but the trace to ask about."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    body: dict[str, object] = {
        "type": TYPES + "internal",
        "title": "The fault is ours",
        "status": status.value,
        "detail": "Nothing was changed. Try again, and tell us the trace_id if it stays so.",
        "errors": [],
        "trace_id": trace_id,
    }
    return _answer(status, body, {})


def _fault(fault: Fault) -> dict[str, str]:
    return {"field": fault.field, "code": fault.code, "message": fault.message}


def _answer(status: HTTPStatus, body: dict[str, object], headers: dict[str, str]) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, headers, content_type=MEDIA_TYPE)
