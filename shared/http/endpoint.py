"""The edge of every HTTP function: routes, origin, session and role, refusals as problems, and nothing leaked."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Protocol

from flask import Request, Response
from msgspec import Struct
from werkzeug.exceptions import MethodNotAllowed as NoSuchMethod
from werkzeug.exceptions import NotFound as NoSuchPath
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import BaseConverter, Map, Rule

from shared.database.queries.people import Session
from shared.database.transactions import Database
from shared.domain.errors import MethodNotAllowed, NotFound, TooLarge
from shared.http.as_json import to_json
from shared.http.authentication import Doorkeeper, require
from shared.http.bearer import allowed, caller, has_key
from shared.http.call import LARGEST_BODY, Answer, Call
from shared.http.careful import check_confirmed
from shared.http.edge import Answering, made_safe, or_problem, served
from shared.http.gift_page import wants_page
from shared.http.staff import StaffDoor
from shared.http.stopped import check_not_stopped
from shared.http.trace import trace_id_of
from shared.observability.context import about, kept
from shared.once import once
from shared.ports import Clock
from shared.privacy.tokens import TokenHasher
from shared.settings import CoreSettings

Handler = Callable[[Call], Answer]

AROUND_THE_FILE = 64 * 1024
"""What a multipart request adds to its file: boundaries, headers and the part `send`."""

PREFLIGHT_SECONDS = 600
AWAY = "Something that UpUp depends on is away just now. Try again."


class Parts(Protocol):
    """What the edge needs of the composition root."""

    @property
    def core(self) -> CoreSettings: ...
    @property
    def database(self) -> Database: ...
    @property
    def tokens(self) -> TokenHasher: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def staff_door(self) -> StaffDoor: ...


class _Route(Struct, frozen=True):
    handler: Handler
    role: str | None
    staff: bool
    scope: str | None
    careful: bool


class _Place(BaseConverter):
    """A place in a path holds an id or a token, and never the name of a file, which is a route of its own."""

    regex = r"[^/]+(?<!\.csv)"
    part_isolating = True


class Api:
    """The routes of one function, and how each request is answered."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._map = Map(strict_slashes=False, merge_slashes=False, converters={"default": _Place})
        self._places = self._map.bind("")
        self._routes: dict[str, _Route] = {}

    def route(
        self,
        method: str,
        path: str,
        role: str | None = None,
        *,
        staff: bool = False,
        scope: str | None = None,
        careful: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Register a handler; `role` is the least that a member needs, None lets everyone in.

        `staff`: only UpUp's own come in, by Identity-Aware Proxy's word and whatever session they may have.
        `scope`: what an API key needs to come in; without one only a person does. `careful`: a person who has a second
        factor, or whose company asks for one, must have shown it lately.
        """

        def register(handler: Handler) -> Handler:
            endpoint = f"{method} {path}"
            self._map.add(Rule(path, methods=[method], endpoint=endpoint))
            self._routes[endpoint] = _Route(handler, role, staff, scope, careful)
            return handler

        return register

    def function(self) -> Answering:
        """The function that functions-framework serves."""
        return served(self.answer)

    def answer(self, request: Request) -> Response:
        """The response, whatever happens."""
        trace_id = trace_id_of(request)
        response = or_problem(lambda: self._preflight(request) or self._dispatch(request), trace_id, AWAY)
        if response.status_code >= HTTPStatus.BAD_REQUEST and wants_page(request):
            response = _problem_page(request, response, trace_id)
        made_safe(response)
        self._allow_origin(request, response)
        return response

    def _dispatch(self, request: Request) -> Response:
        request.max_content_length = LARGEST_BODY + AROUND_THE_FILE
        request.max_form_memory_size = LARGEST_BODY + AROUND_THE_FILE
        try:
            endpoint, places = self._places.match(request.path, request.method)
            if not all(place.isascii() for place in places.values()):  # no id, token or secret has such letters
                raise NoSuchPath
            answer = self._call(self._routes[endpoint], request, dict(places))
        except NoSuchMethod as error:
            allowed = sorted(error.valid_methods or ())
            raise MethodNotAllowed(f"This address takes {' and '.join(allowed)}.", allowed) from None
        except NoSuchPath:
            raise NotFound("There is nothing at this address.") from None
        except RequestEntityTooLarge:
            _read_rest(request)
            raise TooLarge("At most 10 MB are taken in one request. Split the recipients.") from None
        return self._respond(answer)

    def _call(self, route: _Route, request: Request, places: dict[str, str]) -> Answer:
        now = self._parts.clock.now()
        about(send_id=places.get("send_id"))
        if route.staff:
            self.door.check_origin(request)  # the proxy knows a browser by a cookie too
            return route.handler(Call(request, places, now, None, self._parts.staff_door.member(request)))
        session = self._asking(route, request, now)
        if session is not None:
            about(company_id=session.company_id)
        if route.role is not None:
            require(session, route.role, route.scope)
        if route.role is not None and session is not None:
            check_not_stopped(session, request.method, request.path)
            if route.careful:
                check_confirmed(self._parts.database, session, self.door.digest(request), now)
        return route.handler(Call(request, places, now, session))

    def _asking(self, route: _Route, request: Request, now: datetime) -> Session | None:
        """A person by the cookie, or a program by its key, which no other site's page can know. What is meant for
        everybody asks for no key."""
        if route.role is None or not has_key(request):
            return self.door.session(request, now) if "Cookie" in request.headers else None
        return allowed(caller(request, self._parts.database, self._parts.tokens, now), route.role, route.scope)

    @once
    def door(self) -> Doorkeeper:
        core = self._parts.core
        return Doorkeeper(self._parts.database, self._parts.tokens, core.public_url, core.allowed_origins)

    def _respond(self, answer: Answer) -> Response:
        if answer.html is not None:
            response = Response(answer.html, answer.status, content_type="text/html; charset=utf-8")
        elif answer.file is not None:
            response = Response(kept(answer.file), answer.status)
            response.headers.clear()  # `answer.headers` name the type
        elif answer.body is None:
            response = Response(status=answer.status)
        else:
            response = Response(to_json(answer.body), answer.status, content_type="application/json")
        response.headers.extend(answer.headers)
        if answer.cookie is not None:
            self.door.set_cookie(response, *answer.cookie)
        return response

    def _preflight(self, request: Request) -> Response | None:
        if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
            return None
        response = Response(status=204)
        if request.headers.get("Origin") in self._parts.core.allowed_origins:
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH, DELETE"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key"
            response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        return response

    def _allow_origin(self, request: Request, response: Response) -> None:
        response.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin")
        if origin is not None and origin in self._parts.core.allowed_origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Allow-Credentials"] = "true"


def _problem_page(request: Request, refused: Response, trace_id: str) -> Response:
    from shared.http.gift_page.told import problem_page  # only a gift's link leads here

    return problem_page(request, refused, trace_id)


def _read_rest(request: Request) -> None:
    """functions-framework reads what is left of a body before it answers, and would meet the limit again."""
    request.max_content_length = None
    request.__dict__.pop("stream", None)
    while request.stream.read(AROUND_THE_FILE):
        pass
