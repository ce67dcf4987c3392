"""The edge of the functions that serve pages: who may see them, refusals, and nothing leaked."""

from http import HTTPStatus
from typing import Protocol

from flask import Request, Response

from shared.domain.errors import Forbidden, NotFound
from shared.http.edge import Answering, made_safe, or_problem, served
from shared.http.pages.static_pages import STAFF, Page, StaticPages
from shared.http.staff import StaffDoor
from shared.http.trace import trace_id_of
from shared.once import once
from shared.ports import Site
from shared.settings import CoreSettings

CALLS = "/v1/"
AWAY = "The pages are away just now. Try again."


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

    def function(self) -> Answering:
        """The function that functions-framework serves."""
        return served(self.answer)

    def answer(self, request: Request) -> Response:
        """The response, whatever happens."""
        return made_safe(or_problem(lambda: self._page(request), trace_id_of(request), AWAY))

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
