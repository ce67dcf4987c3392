"""The pages of a folder, served as the hosting serves them: the same headers, rewrites and revalidation."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.http import parse_etags

from sandbox.hosting import Headers, Hosting

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

# The kinds of files that pages have; the machine's own table differs from one to the next.
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


class StaticPages:
    """Serves the files of a folder: `/`, `/login` and `/login/` find `index.html` or `login.html` too.

    The folder's firebase.json says the rest: headers, which paths one page stands for, what is not served.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path.startswith("/v1/"):
            return _no_such_call(start_response)
        hosting = Hosting.of(self._folder)  # read each time, so that a change is seen at the next load
        headers = hosting.headers_of(path, environ["wsgi.url_scheme"] == "https")
        if method not in ("GET", "HEAD"):
            return _respond(start_response, "405 Method Not Allowed", [*headers, ("Allow", "GET, HEAD")])
        file = self._file(path, hosting) or self._file(hosting.destination(path), hosting)
        if file is None:
            return self._not_found(start_response, headers, method)
        body = file.read_bytes()
        tag = hashlib.sha256(body).hexdigest()[:32]
        headers.append(("ETag", f'"{tag}"'))
        if parse_etags(environ.get("HTTP_IF_NONE_MATCH")).contains_weak(tag):
            start_response("304 Not Modified", headers)
            return []
        return _respond(start_response, "200 OK", [*headers, ("Content-Type", _kind(file))], body, method)

    def _file(self, path: str | None, hosting: Hosting) -> Path | None:
        if path is None:
            return None
        wanted = self._folder / path.strip("/")
        try:
            for candidate in (wanted, wanted / "index.html", wanted.with_name(f"{wanted.name}.html")):
                resolved = candidate.resolve()
                if resolved.is_file() and resolved.is_relative_to(self._folder):
                    ignored = hosting.is_ignored(resolved.relative_to(self._folder).as_posix())
                    return None if ignored else resolved
        except (OSError, ValueError):
            return None  # a name that no file can have
        return None

    def _not_found(self, start_response: StartResponse, headers: Headers, method: str) -> Iterable[bytes]:
        page = self._folder / "404.html"
        body = page.read_bytes() if page.is_file() else b""
        return _respond(start_response, "404 Not Found", [*headers, ("Content-Type", KINDS[".html"])], body, method)


def _no_such_call(start_response: StartResponse) -> Iterable[bytes]:
    problem = {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no such call.",
        "errors": [],
        "trace_id": secrets.token_hex(16),
    }
    headers = [("Content-Type", "application/problem+json"), ("X-Content-Type-Options", "nosniff")]
    return _respond(start_response, "404 Not Found", headers, json.dumps(problem).encode())


def _kind(file: Path) -> str:
    return KINDS.get(file.suffix, "application/octet-stream")


def _respond(
    start_response: StartResponse, status: str, headers: Headers, body: bytes = b"", method: str = "GET"
) -> Iterable[bytes]:
    start_response(status, [*headers, ("Content-Length", str(len(body)))])
    return [] if method == "HEAD" else [body]
