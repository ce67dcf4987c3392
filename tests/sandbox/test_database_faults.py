"""The database's faults, on a MariaDB of their own, and in a whole sandbox whose database is taken down."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pymysql
import pytest
import requests
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from sandbox import processes
from sandbox.machine import CHECKOUT
from sandbox.mariadb import Administration, MariaDb
from sandbox.processes import free_port
from sandbox.stand_ins.faults import Fault, Faults
from sandbox.stand_ins.outages import DatabaseTrouble
from tests.sandbox.conftest import until

EXAMPLE = Path(__file__).parent / "example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with MariaDb(tmp_path_factory.mktemp("server")) as server:
        server.create_database("shop")
        with product(server) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE sold (id INT PRIMARY KEY) ENGINE=InnoDB")
        yield server


@pytest.fixture
def administration(server: MariaDb) -> Administration:
    return Administration(server.access)


def product(server: MariaDb) -> Connection[Cursor]:
    access = server.access
    return pymysql.connect(
        host="127.0.0.1", port=access.port, user=access.user, password=access.password, database="shop"
    )


def sell(connection: Connection[Cursor], number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO sold VALUES (%s)", (number,))


def test_an_error_cuts_the_connection_that_is_in_a_transaction(server: MariaDb, administration: Administration) -> None:
    faults = Faults()
    faults.add(Fault("database", "error", count=1))
    with product(server) as idle, product(server) as busy:
        sell(busy, 1)
        DatabaseTrouble(faults, administration).look()
        with pytest.raises(pymysql.OperationalError):
            sell(busy, 2)
        sell(idle, 1)  # what was cut has been rolled back
        idle.rollback()
    assert faults.listed() == []


def test_an_error_waits_until_there_is_something_to_cut(server: MariaDb, administration: Administration) -> None:
    faults = Faults()
    faults.add(Fault("database", "error", count=1))
    until(lambda: not administration.busiest_connections())
    DatabaseTrouble(faults, administration).look()
    assert [one["bitten"] for one in faults.listed()] == [0]


def test_slow_lets_writing_wait_and_loses_nothing(server: MariaDb, administration: Administration) -> None:
    with product(server) as connection, connection.cursor() as cursor, ThreadPoolExecutor(1) as pool:
        blocking = pool.submit(administration.block_writing, 0.6)
        numbers, longest = count(10), 0.0
        while not blocking.done():
            began = time.monotonic()
            sell(connection, next(numbers))
            connection.commit()
            longest = max(longest, time.monotonic() - began)
        assert longest > 0.4
        assert cursor.execute("SELECT id FROM sold WHERE id >= 10") == next(numbers) - 10


def test_what_was_committed_is_there_after_a_restart_and_statements_go_on_counting(tmp_path: Path) -> None:
    with MariaDb(tmp_path / "server") as server:
        server.create_database("shop")
        administration = Administration(server.access)
        with product(server) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE sold (id INT PRIMARY KEY) ENGINE=InnoDB")
            sell(connection, 1)
            connection.commit()
        before = administration.statements()
        server.stop()
        assert not administration.answers()
        assert administration.statements() == before
        server.start_again()
        assert administration.answers()
        with product(server) as connection, connection.cursor() as cursor:
            assert cursor.execute("SELECT id FROM sold") == 1
        assert administration.statements() > before


def test_a_sandbox_survives_its_database_going_down_and_coming_back(tmp_path: Path) -> None:
    checkout = Path(shutil.copytree(EXAMPLE, tmp_path / "checkout"))
    log, console_port = tmp_path / "up.log", free_port()
    options = ["--port", str(free_port()), "--console-port", str(console_port), "--checkout", str(checkout)]
    child = processes.start([sys.executable, "-m", "sandbox", "up", *options], log, cwd=CHECKOUT)
    api = f"http://127.0.0.1:{console_port}/api"
    try:
        until(lambda: "ready\n" in log.read_text() or child.poll() is not None, seconds=120)
        assert child.poll() is None, log.read_text()
        before = statements(api)
        assert requests.post(f"{api}/faults", json={"provider": "database", "kind": "down"}, timeout=60).ok
        assert requests.get(f"{api}/dump", timeout=30).status_code == 503
        assert statements(api) >= before
        assert requests.post(f"{api}/clock/advance", json={"days": 1}, timeout=60).ok
        assert requests.delete(f"{api}/faults", timeout=60).json() == {"deleted": 1}
        assert "CREATE DATABASE" in requests.get(f"{api}/dump", timeout=30).text
        assert statements(api) >= before
        again = {"provider": "database", "kind": "down", "count": 1}
        assert requests.post(f"{api}/faults", json=again, timeout=60).json()["bitten"] == 0
        until(lambda: log.read_text().count("the database is started again") == 2, seconds=60)
        assert child.poll() is None
    finally:
        processes.stop(child, seconds=60)


def statements(api: str) -> int:
    count: int = requests.get(f"{api}/stats", timeout=30).json()["database"]["statements"]
    return count
