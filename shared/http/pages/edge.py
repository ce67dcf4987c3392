"""The edge of the functions that serve pages: who may see them, refusals, and nothing leaked."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from flask import Request, Response, current_app, has_app_context
from flask import request as flask_request

from shared.domain.errors import Forbidden, NotFound, Refusal, Unavailable
from shared.http.pages.static_pages import STAFF, Page, StaticPages
from shared.http.problem import SAFE_HEADERS, internal_error, problem
from shared.http.staff import StaffDoor
from shared.http.trace import trace_id_of
from shared.observability.logs import fault
from shared.once import once
from shared.ports import Site, SupplierUnavailable
from shared.privacy.redaction import describe
from shared.settings import CoreSettings

log = logging.getLogger(__name__)

CALLS = "/v1/"


class Parts(Protocol):
    """What the edge needs of the composition root."""

    @property
    def core(self) -> CoreSettings: ...
    @property
    def site(self) -> Site: ...
    @property
    def staff_door(self) -> StaffDoor: ...


class Pages:
    """Serves the site's pages: staff's, to whom Identity-Aware Proxy names, or all others, to everybody."""

    def __init__(self, parts: Parts, *, staff: bool = False) -> None:
        self._parts = parts
        self._staff = staff

    def function(self) -> Callable[[Request], Response]:
        """The function that functions-framework serves."""
        if has_app_context():  # it has a word of its own for /favicon.ico, /robots.txt and paths with a line's end
            current_app.register_error_handler(HTTPStatus.NOT_FOUND, lambda _: self.answer(flask_request))

        def serve(request: Request) -> Response:
            return self.answer(request)

        return serve

    def answer(self, request: Request) -> Response:
        """The response, whatever happens."""
        trace_id = trace_id_of(request)
        try:
            return self._page(request)
        except Refusal as refusal:
            response = problem(refusal, trace_id)
        except SupplierUnavailable as error:
            log.warning("answered 503: %s", error)
            response = problem(Unavailable("The pages are away just now. Try again."), trace_id)
        except Exception as error:  # nothing may reach the framework, which would log what the error says
            fault(describe(error))
            response = internal_error(trace_id)
        response.headers.extend(SAFE_HEADERS)
        return response

    def _page(self, request: Request) -> Response:
        if request.path.startswith(CALLS):
            raise NotFound("There is no such call.")
        try:
            if self._staff:
                self._parts.staff_door.member(request)
        except Forbidden:
            told = self._pages.refusal(HTTPStatus.FORBIDDEN, request.path) if _is_read_by_a_person(request) else None
            if told is None:
                raise
            return _response(told)
        return _response(self._pages.answer(request.method, request.path, request.headers.get("If-None-Match")))

    @once
    def _pages(self) -> StaticPages:
        https = self._parts.core.public_url.startswith("https://")
        return StaticPages(self._parts.site, lambda name: name.startswith(STAFF) == self._staff, https=https)


def _is_read_by_a_person(request: Request) -> bool:
    return "text/html" in request.headers.get("Accept", "")


def _response(page: Page) -> Response:
    response = Response(page.body, page.status)
    response.headers.clear()  # the page names its type, where it has one
    response.headers.extend(page.headers)
    return response
