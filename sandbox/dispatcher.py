"""The sandbox's load balancer: sends each request to its function by path, and the rest to the one that takes it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TextIO, TypeVar

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Request logs leave out query strings, and of paths they show what we have named ourselves, words and ids: a caller may
# put a number or a name in between.
_OURS = re.compile(r"[a-z]{3}_[0-9a-z]{16,26}|[a-z]{1,20}[0-9]?([._-][a-z]{1,20})*").fullmatch

REST = "/*"
T = TypeVar("T")


class Routes(Generic[T]):
    """Where a path leads. A route is a path, or ends with `/*`: one or more further segments.

    A `*` within a route is one segment, as in the path templates of Google's load balancer. The route `/*` is all that
    no other one has.
    """

    def __init__(self, routes: Mapping[str, T]) -> None:
        self._templates = {_template(route): end for route, end in routes.items() if "/*/" in route}
        self._exact = {route: end for route, end in routes.items() if not route.endswith("/*")}
        prefixes = {route[:-1]: end for route, end in routes.items() if route.endswith("/*") and route != REST}
        self._prefixes = sorted(prefixes.items(), key=lambda item: -len(item[0]))
        self._rest = routes.get(REST)

    def lead(self, path: str) -> T | None:
        """By the route that says the most of the path."""
        if path in self._exact:
            return self._exact[path]
        for template, end in self._templates.items():
            if template.fullmatch(path):
                return end
        for prefix, end in self._prefixes:
            if path.startswith(prefix) and len(path) > len(prefix):
                return end
        return self._rest


class Dispatcher:
    """A WSGI application over others. Of the routes in `unlogged`, request logs hold nothing behind their first `*`."""

    def __init__(self, routes: Mapping[str, WSGIApplication], log: TextIO, unlogged: Iterable[str] = ()) -> None:
        self._routes = Routes(routes)
        self._log = log
        self._unlogged = sorted({route.partition("*")[0] for route in unlogged if "*" in route})

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path, started = environ["PATH_INFO"], time.monotonic()
        _add_forwarded_for(environ)

        def answer(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            milliseconds = (time.monotonic() - started) * 1000
            self._log.write(_log_line(environ["REQUEST_METHOD"], self._shown(path), status, milliseconds))
            return start_response(status, headers, error)

        return (self._routes.lead(path) or nothing)(environ, answer)

    def _shown(self, path: str) -> str:
        for start in self._unlogged:
            if path.startswith(start):
                return f"{start}..."
        return "/".join(part if not part or _OURS(part) else "..." for part in path.split("/"))


def _template(route: str) -> re.Pattern[str]:
    return re.compile(re.escape(route).replace(r"/\*", "/[^/]+"))


def _add_forwarded_for(environ: WSGIEnvironment) -> None:
    # As Google's load balancer does: what the client said, the client's address, the balancer's own.
    said = environ.get("HTTP_X_FORWARDED_FOR")
    seen = f"{environ.get('REMOTE_ADDR', '')}, 127.0.0.1"
    environ["HTTP_X_FORWARDED_FOR"] = f"{said}, {seen}" if said else seen


def _log_line(method: str, path: str, status: str, milliseconds: float) -> str:
    line = {
        "method": method,
        "path": path,
        "status": int(status[:3]),
        "milliseconds": round(milliseconds, 1),
    }
    return json.dumps({"request": line}) + "\n"


def nothing(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers where no function is."""
    start_response("404 Not Found", [("Content-Type", "text/plain"), ("Content-Length", "0")])
    return []


def healthy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers `/healthz`: the host has loaded all its functions."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"ok\n"]
