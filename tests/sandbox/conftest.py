"""What the tests of the HTTP stand-ins share: a clock to move and a receiver of callbacks."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from flask import Flask, request

from sandbox.stand_ins.web import WebServer

T = TypeVar("T")


class ManualClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def advance(self, **how_far: float) -> None:
        self.time += timedelta(**how_far)


@dataclass(frozen=True)
class Received:
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]


@dataclass
class Receiver:
    """Keeps every call it gets; answers 500 to the first `failures` of them."""

    failures: int = 0
    calls: list[Received] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.app = Flask(__name__)
        self.app.add_url_rule("/<path:path>", view_func=self._take, methods=["GET", "POST"])

    def _take(self, path: str) -> tuple[str, int]:
        received = Received(path, request.args.to_dict(), request.get_data(), dict(request.headers))
        with self._lock:
            self.calls.append(received)
            if self.failures > 0:
                self.failures -= 1
                return "", 500
        return "", 200


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    server = WebServer(receiver.app)
    receiver.url = server.url
    yield receiver
    server.close()


def until(result: Callable[[], T], seconds: float = 5.0) -> T:
    """The first true result, asked for until the time is up."""
    deadline = time.monotonic() + seconds
    while not (found := result()):
        assert time.monotonic() < deadline, "it did not come in time"
        time.sleep(0.01)
    return found
