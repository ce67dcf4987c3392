"""What the edges of all HTTP functions share: whatever happens has an answer, and the framework answers nothing."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from flask import Request, Response, current_app, has_app_context
from flask import request as flask_request

from shared.domain.errors import Refusal, Unavailable
from shared.http.problem import internal_error, problem
from shared.observability.logs import fault
from shared.ports import OutcomeUnknown, SupplierUnavailable
from shared.privacy.redaction import describe

log = logging.getLogger(__name__)

Answering = Callable[[Request], Response]

SAFE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Of every answer that says nothing else of them."""


def served(answer: Answering) -> Answering:
    """The function that functions-framework serves."""
    if has_app_context():  # it has pages of its own for /favicon.ico, /robots.txt and paths with a line's end
        current_app.register_error_handler(HTTPStatus.NOT_FOUND, lambda _: answer(flask_request))

    def serve(request: Request) -> Response:
        return answer(request)

    return serve


def or_problem(work: Callable[[], Response], trace_id: str, away: str) -> Response:
    """What the work answers, or why it does not. `away`: what is said when a supplier is to blame."""
    try:
        return work()
    except Refusal as refusal:
        return problem(refusal, trace_id)
    except (SupplierUnavailable, OutcomeUnknown) as error:
        log.warning("answered 503: %s", error)
        return problem(Unavailable(away), trace_id)
    except Exception as error:  # nothing may reach the framework, which would log what the error says
        fault(describe(error))
        return internal_error(trace_id)


def made_safe(response: Response) -> Response:
    said = {name.title() for name, _ in response.headers}
    response.headers.extend([(name, value) for name, value in SAFE_HEADERS.items() if name.title() not in said])
    return response
