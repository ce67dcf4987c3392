"""What the tests of the adapters share: a server of odd answers, and Lekab's stand-in."""

from collections.abc import Iterator

import pytest

from sandbox.stand_ins.lekab import Lekab as StandIn
from sandbox.stand_ins.web import WebServer
from tests.factories import FakeClock
from tests.providers.lekab_support import Served
from tests.providers.odd_server import OddServer, closed_url, odd_server


@pytest.fixture
def odd() -> Iterator[OddServer]:
    with odd_server() as odd:
        yield odd


@pytest.fixture
def served() -> Iterator[Served]:
    stand_in = StandIn(FakeClock(), closed_url(), "upup", "hemligt")
    server = WebServer(stand_in.app)
    yield Served(stand_in, server.url)
    server.close()
    stand_in.close()
