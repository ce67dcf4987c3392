"""API keys at the door: `Authorization: Bearer upup_live_…`, and what a route asks of one."""

from datetime import datetime

from flask import Request
from msgspec.structs import replace

from shared.database.queries import api_keys
from shared.database.queries.people import Session
from shared.database.transactions import Database
from shared.domain import api_key
from shared.domain.api_key import State
from shared.domain.errors import Forbidden, KeyMissing, KeyRefused, ScopeMissing
from shared.domain.scopes import MOVE_MONEY, PERSONS_ONLY
from shared.privacy.tokens import TokenHasher

MALFORMED = "Send one header, Authorization: Bearer and the API key behind it, or none at all and a session's cookie."
MISTYPED = "This is no API key: a character is missing or wrong. Copy it again, or have an owner make a new one."
UNKNOWN = "UpUp does not know this API key. Have an owner make a new one."
ENDED = {
    State.EXPIRED: "This API key has expired. Have an owner make a new one.",
    State.REVOKED: "This API key was revoked. Have an owner make a new one.",
}


def has_key(request: Request) -> bool:
    """Whether a program comes with a key, or with something in its place; a cookie counts for nothing then."""
    return "Authorization" in request.headers


def caller(request: Request, database: Database, tokens: TokenHasher, now: datetime) -> Session:
    """Whose key it is; its role is none until a route is asked for. Raises `KeyMissing` and `KeyRefused`, which say how
    to mend it.

    A misspelt key is refused before anything is asked of the database.
    """
    kind, _, key = request.headers["Authorization"].partition(" ")
    if kind.casefold() != "bearer" or not key.strip():
        raise KeyMissing(MALFORMED)
    if not api_key.is_written_right(key := key.strip()):
        raise KeyRefused(MISTYPED)
    with database.transaction() as tx:
        known = api_keys.by_key(tx, tokens.digest(api_key.PURPOSE, key))
        if known is None:
            raise KeyRefused(UNKNOWN)
        if known.state(now) is not State.ACTIVE:
            raise KeyRefused(ENDED[known.state(now)])
        api_keys.used(tx, known, now)
    scopes = frozenset(known.scopes.split())
    return Session(known.id, known.company_id, "", "", scopes, known.is_test, known.stop_reason)


def allowed(caller: Session, role: str, scope: str | None) -> Session:
    """The caller with the least role that the route asks for. Raises `Forbidden` where the scope is not the key's."""
    if scope is None:
        raise Forbidden(PERSONS_ONLY)
    if scope not in caller.scopes:
        raise ScopeMissing(
            f"This takes a key with the scope {scope}, which yours has not. Have an owner make another.", scope
        )
    if caller.is_test and scope in MOVE_MONEY:
        raise Forbidden("A test key moves no money, so it cannot do this. Use a live key, or log in.")
    return replace(caller, role=role)
