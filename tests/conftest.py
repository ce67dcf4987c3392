"""What the tests share: a real MariaDB, the product's database in it, and one running sandbox a test process."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from sandbox.mariadb import MariaDb
from sandbox.running import Addresses, running
from shared.database.connection import connect, make_pool
from shared.database.migrate import migrate
from shared.database.transactions import PooledDatabase
from shared.ports import Message
from shared.settings import DatabaseSettings
from tests.factories import Factory

LONG = (
    "tests/end_to_end/test_soak",
    "tests/end_to_end/",
    "tests/browser/",
    "tests/privacy/test_measures",
    "tests/privacy/test_canaries",
    "tests/functions/test_privacy_requests",
    "tests/functions/test_schemathesis",
    "tests/sandbox/test_machine",
    "tests/functions/test_first_answers",
    "tests/sandbox/test_faults",
    "tests/database/test_pipeline_machine",
)
"""Modules that take a quarter of a minute or more. They begin first: at the end one worker would still be busy."""

gc.disable()  # until all modules are there, of which nothing is garbage


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((at for at, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


def pytest_collection_finish() -> None:
    """What all modules hold stays to the end: a collector that looks through it again and again takes an eighth of
    the time of tests that need nothing else.
    """
    gc.enable()
    gc.freeze()
    gc.set_threshold(5_000)


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    """A private MariaDB, kept for the whole run."""
    with MariaDb(Path(tmp_path_factory.mktemp("mariadb")) / "server") as server:
        yield server


@pytest.fixture(scope="session")
def database_settings(own_server: MariaDb) -> DatabaseSettings:
    """The product's schema in it; tests make companies of their own there."""
    own_server.create_database("upup")
    settings = DatabaseSettings(
        database_name="upup",
        database_user=own_server.user,
        database_address=own_server.address,
        database_password=own_server.password,
        database_connections=60,
    )
    with connect(settings) as connection:
        migrate(connection)
    return settings


@pytest.fixture
def published() -> list[Message]:
    """What was handed to Pub/Sub after a commit, in order."""
    return []


@pytest.fixture
def database(database_settings: DatabaseSettings, published: list[Message]) -> Iterator[PooledDatabase]:
    pool = make_pool(database_settings)
    yield PooledDatabase(pool, published.extend)
    pool.close()


@pytest.fixture
def make(database: PooledDatabase) -> Factory:
    """Makes companies, sends and coupons as the product itself would."""
    return Factory(database)


@pytest.fixture(scope="session")
def upup() -> Iterator[Addresses]:
    """The whole product on this machine, as `make up` runs it. Tests that move its clock start one of their own."""
    with running() as addresses:
        yield addresses
        stats = requests.get(f"{addresses.console}/api/stats", timeout=30).json()
    assert stats["pubsub"]["refused"] == 0, "a function published to a topic that infra/functions.yaml does not give it"
