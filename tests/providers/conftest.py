"""What the tests of the adapters share: a server of odd answers."""

from collections.abc import Iterator

import pytest

from tests.providers.odd_server import OddServer, odd_server


@pytest.fixture
def odd() -> Iterator[OddServer]:
    with odd_server() as odd:
        yield odd
