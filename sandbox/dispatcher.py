"""The sandbox's load balancer: sends each request to its function by path, the rest to the static pages."""

from __future__ import annotations

import json
import mimetypes
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# The last part of these paths is a token or a secret: request logs leave it out, as do query strings.
_UNLOGGED = ("/g/", "/v1/gift/", "/v1/callbacks/")
# Of other paths they show what we have named ourselves, words and ids: a caller may put a number or a name in between.
_OURS = re.compile(r"[a-z]{3}_[0-9a-z]{16,26}|[a-z]{1,20}[0-9]?([._-][a-z]{1,20})*").fullmatch
_NOT_FOUND = b"<!doctype html><html lang=sv><title>404</title><p>Sidan finns inte. / There is no such page.</p></html>"


class Dispatcher:
    """A WSGI application over others. A route is a path, or ends with `/*`: one or more further segments.

    A `*` within a route is one segment, as in the path templates of Google's load balancer.
    """

    def __init__(self, routes: Mapping[str, WSGIApplication], otherwise: WSGIApplication, log: TextIO) -> None:
        self._templates = {_template(route): app for route, app in routes.items() if "/*/" in route}
        self._exact = {route: app for route, app in routes.items() if not route.endswith("/*")}
        prefixes = {route[:-1]: app for route, app in routes.items() if route.endswith("/*")}
        self._prefixes = sorted(prefixes.items(), key=lambda item: -len(item[0]))
        self._otherwise = otherwise
        self._log = log

    def application(self, path: str) -> WSGIApplication:
        """The one whose route says the most of the path."""
        if path in self._exact:
            return self._exact[path]
        for template, app in self._templates.items():
            if template.fullmatch(path):
                return app
        for prefix, app in self._prefixes:
            if path.startswith(prefix) and len(path) > len(prefix):
                return app
        return self._otherwise

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path, started = environ["PATH_INFO"], time.monotonic()
        _add_forwarded_for(environ)

        def answer(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], object]:
            milliseconds = (time.monotonic() - started) * 1000
            self._log.write(_log_line(environ["REQUEST_METHOD"], path, status, milliseconds))
            return start_response(status, headers, error)

        return self.application(path)(environ, answer)


def _template(route: str) -> re.Pattern[str]:
    return re.compile(re.escape(route).replace(r"/\*", "/[^/]+"))


def _add_forwarded_for(environ: WSGIEnvironment) -> None:
    # As Google's load balancer does: what the client said, the client's address, the balancer's own.
    said = environ.get("HTTP_X_FORWARDED_FOR")
    seen = f"{environ.get('REMOTE_ADDR', '')}, 127.0.0.1"
    environ["HTTP_X_FORWARDED_FOR"] = f"{said}, {seen}" if said else seen


def _log_line(method: str, path: str, status: str, milliseconds: float) -> str:
    shown = next((f"{start}..." for start in _UNLOGGED if path.startswith(start)), None)
    if shown is None:
        shown = "/".join(part if not part or _OURS(part) else "..." for part in path.split("/"))
    line = {
        "method": method,
        "path": shown,
        "status": int(status[:3]),
        "milliseconds": round(milliseconds, 1),
    }
    return json.dumps({"request": line}) + "\n"


class StaticPages:
    """Serves the files of a folder: `/`, `/login` and `/login/` find `index.html` or `login.html` too."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/v1/"):
            return _no_such_call(start_response)
        file = self._file(path)
        if file is None:
            return _respond(start_response, "404 Not Found", "text/html; charset=utf-8", _NOT_FOUND)
        return _respond(start_response, "200 OK", _content_type(file), file.read_bytes())

    def _file(self, path: str) -> Path | None:
        wanted = self._folder / path.strip("/")
        try:
            for candidate in (wanted, wanted / "index.html", wanted.with_name(f"{wanted.name}.html")):
                resolved = candidate.resolve()
                if resolved.is_file() and resolved.is_relative_to(self._folder):
                    return resolved
        except (OSError, ValueError):
            return None  # a name that no file can have
        return None


def healthy(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answers `/healthz`: the host has loaded all its functions."""
    return _respond(start_response, "200 OK", "text/plain", b"ok\n")


def _no_such_call(start_response: StartResponse) -> Iterable[bytes]:
    problem = {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no such call.",
        "errors": [],
        "trace_id": secrets.token_hex(16),
    }
    return _respond(start_response, "404 Not Found", "application/problem+json", json.dumps(problem).encode())


def _content_type(file: Path) -> str:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _respond(start_response: StartResponse, status: str, kind: str, body: bytes) -> Iterable[bytes]:
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("X-Content-Type-Options", "nosniff"),
    ]
    start_response(status, headers)
    return [body]
