"""Many clients at once, each with a connection of its own that it keeps."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import count
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 60

GOOGLES = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"}
"""What Cloud Run adds to each request; of most it wants no spans."""


@dataclass(frozen=True)
class Request:
    """What one client asks once."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Load:
    """What came of it: how many were answered in how long, and each one's milliseconds."""

    seconds: float
    milliseconds: tuple[float, ...]

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.seconds

    def percentile_ms(self, percent: int) -> float:
        return statistics.quantiles(self.milliseconds, n=100, method="inclusive")[percent - 1]


def load(url: str, clients: int, seconds: float, ask: Callable[[int], Request], status: int = 200) -> Load:
    """Each asks again as soon as it is answered; `ask` gets a new number each time.

    Raises RuntimeError for an answer of another status.
    """
    place, numbers = urlsplit(url).netloc, count()
    began = time.perf_counter()

    def client(_: int) -> list[float]:
        times = []
        connection = HTTPConnection(place, timeout=_TIMEOUT_SECONDS)
        while (started := time.perf_counter()) < began + seconds:
            _ask(connection, ask(next(numbers)), status)
            times.append((time.perf_counter() - started) * 1000)
        connection.close()
        return times

    with ThreadPoolExecutor(clients) as pool:
        all_times = list(pool.map(client, range(clients)))
    return Load(time.perf_counter() - began, tuple(one for times in all_times for one in times))


def ask_once(url: str, request: Request, status: int = 200) -> bytes:
    """The answer's body. Raises RuntimeError for one of another status."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_SECONDS)
    try:
        return _ask(connection, request, status)
    finally:
        connection.close()


def _ask(connection: HTTPConnection, request: Request, status: int) -> bytes:
    connection.request(request.method, request.path, request.body, request.headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != status:
        raise RuntimeError(f"{request.method} {request.path} answered {answer.status}: {text[:300]!r}")
    return text
