"""A site's files as a browser gets them: found by path, with their headers, and not sent again while unchanged."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import PurePosixPath

from msgspec import Struct
from werkzeug.http import parse_etags

from shared.http.pages.hosting import CONFIG, Headers, Hosting
from shared.ports import Site

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
"""The kinds of files that pages have; the machine's own table differs from one to the next."""

STAFF = "staff/"
"""The folder with staff's pages: what they share with others lies outside it."""


class Page(Struct, frozen=True):
    """An answer; a body of None goes without a length, as that of an unchanged file does."""

    status: int
    headers: Headers
    body: bytes | None


class _File(Struct, frozen=True):
    name: str
    body: bytes


class StaticPages:
    """Serves the files of a site: `/`, `/login` and `/login/` find `index.html` or `login.html` too.

    The site's hosting.json says the rest, and without it nothing is served. `has`: which of the files, by their
    names, are this function's.
    """

    def __init__(self, site: Site, has: Callable[[str], bool], *, https: bool) -> None:
        self._site = site
        self._has = has
        self._https = https

    def answer(self, method: str, path: str, if_none_match: str | None = None) -> Page:
        hosting = self._hosting()
        headers = hosting.headers_of(path, self._https)
        if method not in ("GET", "HEAD"):
            return Page(405, [*headers, ("Allow", "GET, HEAD")], b"")
        file = self._file(path, hosting) or self._file(hosting.destination(path), hosting)
        if file is None:
            return Page(404, [*headers, ("Content-Type", KINDS[".html"])], self._site.read("404.html") or b"")
        tag = hashlib.sha256(file.body).hexdigest()[:32]
        headers.append(("ETag", f'"{tag}"'))
        if parse_etags(if_none_match).contains_weak(tag):
            return Page(304, headers, None)
        return Page(200, [*headers, ("Content-Type", _kind(file.name))], file.body)

    def refusal(self, status: int, path: str) -> Page | None:
        """The page that tells a person of a refusal, where the site has one for its status: `403.html`."""
        body = self._site.read(f"{status}.html")
        if body is None:
            return None
        headers = dict(self._hosting().headers_of(path, self._https)) | {"Cache-Control": "no-store"}
        return Page(status, [*headers.items(), ("Content-Type", KINDS[".html"])], body)

    def _hosting(self) -> Hosting:
        rules = self._site.read(CONFIG)
        if rules is None:
            raise LookupError(f"the site has no {CONFIG}")
        return _read(rules)

    def _file(self, path: str | None, hosting: Hosting) -> _File | None:
        if path is None:
            return None
        wanted = path.strip("/")
        for name in (wanted, f"{wanted}/index.html".lstrip("/"), f"{wanted}.html"):
            if not self._has(name) or hosting.is_ignored(name):
                continue
            body = self._site.read(name)
            if body is not None:
                return _File(name, body)
        return None


@lru_cache(maxsize=1)
def _read(rules: bytes) -> Hosting:
    return Hosting.read(rules)


def _kind(name: str) -> str:
    return KINDS.get(PurePosixPath(name).suffix, "application/octet-stream")
