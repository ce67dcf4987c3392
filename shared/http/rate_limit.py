"""How often something may be tried, by whom: counted per keyed hash of a client's address, an e-mail or a person."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address
from math import ceil
from typing import Protocol

from flask import Request
from msgspec import Struct

from shared.database.queries import attempts
from shared.database.transactions import Database, Transaction
from shared.domain.errors import TooMany, Unauthenticated
from shared.http.call import Call
from shared.privacy.tokens import TokenHasher
from shared.settings import CoreSettings

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TOO_MANY = "That was tried too often. Wait a while, and try again."


class Rate(Struct, frozen=True):
    most: int
    within: timedelta


class Limit(Struct, frozen=True):
    """`name`: what is tried, counted apart from all else. `pause`: how long nothing is taken once a rate was passed;
    without one it is taken again as soon as the rate allows."""

    name: str
    rates: tuple[Rate, ...]
    pause: timedelta | None = None


LOGIN = Limit("login", (Rate(6, MINUTE), Rate(12, HOUR)), pause=timedelta(minutes=15))
"""Links for one e-mail."""

WEBHOOK_TESTS = Limit("webhook test", (Rate(60, HOUR),))
"""Of one company."""

WEBHOOK_REPLAYS = Limit("webhook replay", (Rate(600, HOUR),))
"""Of one company."""

MAILS_TO_AN_ADDRESS = (Rate(5, HOUR), Rate(10, DAY))


class Parts(Protocol):
    """What counting needs of the composition root."""

    @property
    def core(self) -> CoreSettings: ...
    @property
    def database(self) -> Database: ...
    @property
    def tokens(self) -> TokenHasher: ...


def count(parts: Parts, limit: Limit, subject: str, now: datetime) -> None:
    """Count one attempt of the subject, in a transaction of its own. Raises `TooMany`; what is refused counts not."""
    who = _hmac(parts.tokens, limit, subject)
    with parts.database.transaction() as tx:
        wait = _take(tx, limit, who, now)
    if wait is not None:
        raise _too_many(wait)


def count_client(parts: Parts, name: str, call: Call) -> None:
    """Count one attempt of the client's address. Raises `TooMany`."""
    count(parts, of_client(parts, name), client_address(call.request), call.now)


def count_mail(parts: Parts, limit: Limit, email: str, call: Call) -> None:
    """Count one attempt of the client's address and one for the e-mail. Raises `TooMany`."""
    count_client(parts, limit.name, call)
    count(parts, limit, email, call.now)


@contextmanager
def counting_failures(parts: Parts, name: str, call: Call) -> Iterator[None]:
    """Count what fails of a client: `Unauthenticated` leaves it. Raises `TooMany`, before anything is tried too."""
    limit, address = of_client(parts, name), client_address(call.request)
    who = _hmac(parts.tokens, limit, address)
    with parts.database.transaction() as tx:
        until = attempts.blocked_until(tx, who)
    if until and until > call.now:
        raise _too_many(until - call.now)
    try:
        yield
    except Unauthenticated:
        count(parts, limit, address, call.now)
        raise


def of_client(parts: Parts, name: str) -> Limit:
    """Many people may share one address: the limit is a setting."""
    return Limit(f"{name} client", (Rate(parts.core.attempts_per_client, HOUR),), timedelta(minutes=15))


def client_address(request: Request) -> str:
    """The address that the load balancer saw: it adds it, and its own, to whatever the client said of itself.

    Of IPv6 the first 64 bits: a client commonly has all addresses that begin so.
    """
    said = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",")]
    address = said[-2] if len(said) > 1 else request.remote_addr or ""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Network((found, 64), strict=False)) if isinstance(found, IPv6Address) else str(found)


def _take(tx: Transaction, limit: Limit, who: bytes, now: datetime) -> timedelta | None:
    """How long to wait, or None where the attempt was counted and may go on."""
    unblocked = attempts.lock(tx, who, now)
    if unblocked and unblocked > now:
        return unblocked - now
    waits = [wait for rate in limit.rates if (wait := _over(tx, rate, who, now, unblocked))]
    if not waits:
        attempts.add(tx, who, now)
        return None
    if limit.pause is None:
        return max(waits)
    attempts.block(tx, who, now + limit.pause)
    return limit.pause


def _over(tx: Transaction, rate: Rate, who: bytes, now: datetime, unblocked: datetime | None) -> timedelta | None:
    """How long until the rate allows one more, or None where it does so now."""
    oldest = attempts.oldest_of(tx, who, rate.most, attempts.beginning(now, rate.within, unblocked))
    return oldest + rate.within - now if oldest else None


def _hmac(tokens: TokenHasher, limit: Limit, subject: str) -> bytes:
    return tokens.digest(f"attempt {limit.name}", subject)


def _too_many(wait: timedelta) -> TooMany:
    return TooMany(TOO_MANY, ceil(wait.total_seconds()))
