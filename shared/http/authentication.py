"""Who is asking: the session cookie, with a check that the request comes from our own pages."""

import hmac
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Request, Response

from shared.database.queries import people
from shared.database.transactions import Database
from shared.domain.errors import Forbidden, KeyMissing, NotFound, Unauthenticated
from shared.privacy.tokens import TokenHasher

SESSION_PURPOSE = "session"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
ROLES = ("viewer", "sender", "owner")
"""From the least to all; each may do what those before it may."""


class Doorkeeper:
    """Reads and writes the session cookie."""

    def __init__(self, database: Database, tokens: TokenHasher, public_url: str, origins: tuple[str, ...]) -> None:
        self._database = database
        self._tokens = tokens
        self._secure = public_url.startswith("https:")
        self._origins = (*origins, origin_of(public_url))
        # __Host- binds the cookie to this host and to HTTPS; plain HTTP, on loopback alone, cannot have it
        self._cookie = "__Host-session" if self._secure else "session"

    def session(self, request: Request, now: datetime) -> people.Session | None:
        """The session, or None. Raises `Forbidden` for a write that another site's page began."""
        token = request.cookies.get(self._cookie)
        if not token:
            return None
        self.check_origin(request)
        with self._database.transaction() as tx:
            return people.session(tx, self._tokens.digest(SESSION_PURPOSE, token), now)

    def digest(self, request: Request) -> bytes:
        """What the session is kept under."""
        return self._tokens.digest(SESSION_PURPOSE, request.cookies.get(self._cookie, ""))

    def set_cookie(self, response: Response, value: str, life: timedelta) -> None:
        response.set_cookie(
            self._cookie, value, max_age=life, secure=self._secure, httponly=True, samesite="Lax", path="/"
        )

    def check_origin(self, request: Request) -> None:
        """Raises `Forbidden` for a write that another site's page began."""
        if request.method in SAFE_METHODS:
            return
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "none" if origin is None else "")
        if origin is None or origin == "null":  # a form of a page with `no-referrer`, as the gift's, names no origin
            foreign = site not in ("none", "same-origin")
        else:
            foreign = origin not in self._origins
        if foreign:
            raise Forbidden("This request began on a page that is not UpUp's.")


def require(session: people.Session | None, role: str, scope: str | None = None) -> None:
    """Raises `Forbidden` for less than the role, and for nobody `Unauthenticated`, or `KeyMissing` where a key with the
    scope would do."""
    if session is None:
        raise Unauthenticated("Log in to do this.") if scope is None else KeyMissing("Log in to do this, or use a key.")
    if ROLES.index(session.role) < ROLES.index(role):
        raise Forbidden(f"This takes the role {role}. Ask an owner of the account.")


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def require_secret(given: str, secret: str) -> None:
    """Raises `NotFound` for a callback whose path does not hold the secret."""
    if not hmac.compare_digest(given.encode(), secret.encode()):
        raise NotFound("There is nothing at this address.")
