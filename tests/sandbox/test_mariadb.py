"""The private MariaDB: start, dump, binary logs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pymysql
import pytest

from sandbox.mariadb import Access, Administration, MariaDb
from sandbox.processes import StartError

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    # A long folder, as checkouts may have: no socket's name would fit in it.
    with MariaDb(tmp_path_factory.mktemp("server") / ("long" * 25)) as server:
        server.create_database("shop")
        yield server


@pytest.fixture
def administration(server: MariaDb) -> Administration:
    return Administration(server.access)


def run(server: MariaDb, *statements: str) -> None:
    host, _, port = server.address.rpartition(":")
    with (
        pymysql.connect(
            host=host, port=int(port), user=server.user, password=server.password, database="shop", autocommit=True
        ) as connection,
        connection.cursor() as cursor,
    ):
        for statement in statements:
            cursor.execute(statement)


def test_only_its_own_users_can_enter(server: MariaDb) -> None:
    for user, password in (("root", ""), (server.user, "wrong"), ("", "")):
        with pytest.raises(pymysql.err.OperationalError, match="Access denied"):
            pymysql.connect(host="127.0.0.1", port=server.access.port, user=user, password=password)


def test_the_product_reaches_only_its_own_databases(server: MariaDb) -> None:
    with pytest.raises(pymysql.err.MySQLError, match="denied"):
        run(server, "SELECT * FROM mysql.global_priv")


def test_a_dump_shows_text_as_text_and_bytes_as_hex(server: MariaDb, administration: Administration) -> None:
    run(server, "CREATE TABLE seen (name VARCHAR(20), raw VARBINARY(20))", "INSERT INTO seen VALUES ('Märta', 'AB')")
    assert "('Märta',0x4142)" in administration.dump("shop")


def test_binary_logs_show_rows_and_not_the_text_of_statements(server: MariaDb, administration: Administration) -> None:
    run(
        server,
        "CREATE TABLE noted (id INT PRIMARY KEY, phone VARCHAR(20))",
        "INSERT INTO noted VALUES (1, 'first value')",
        "UPDATE noted SET phone = 'second value' WHERE phone = 'first value'",
    )
    logs = administration.binary_logs()
    assert "### UPDATE `shop`.`noted`" in logs
    assert logs.count("first value") == 1, "the INSERT's row; the UPDATE must not repeat it"
    assert logs.count("second value") == 1


def test_logs_closed_more_than_seven_days_ago_are_deleted_and_younger_ones_kept(
    server: MariaDb, administration: Administration
) -> None:
    run(server, "CREATE TABLE kept (word VARCHAR(20))", "INSERT INTO kept VALUES ('old news')")
    administration.rotate(NOW)
    run(server, "INSERT INTO kept VALUES ('fresh news')")
    administration.rotate(NOW + timedelta(days=5))
    administration.purge(NOW + timedelta(days=6))
    assert "old news" in administration.binary_logs()
    # Another object, as another process would have: what was closed when is remembered on disk.
    Administration(server.access).purge(NOW + timedelta(days=8))
    logs = administration.binary_logs()
    assert "old news" not in logs
    assert "fresh news" in logs


def test_statements_of_others_are_counted_and_its_own_are_not(server: MariaDb, administration: Administration) -> None:
    before = administration.statements()
    assert administration.statements() == before
    run(server, "SELECT 1", "SELECT 2")
    assert administration.statements() >= before + 2


def test_access_is_kept_in_a_file_that_only_the_owner_reads(server: MariaDb, tmp_path: Path) -> None:
    file = tmp_path / "access.json"
    server.access.save(file)
    assert Access.load(file) == server.access
    assert file.stat().st_mode & 0o077 == 0


def test_a_server_that_does_not_start_says_why(server: MariaDb, tmp_path: Path) -> None:
    with pytest.raises(StartError, match="Address already in use"):
        MariaDb(tmp_path / "second", port=server.access.port).start()


def test_a_server_that_starts_leaves_anothers_temporary_tables_alone(server: MariaDb, tmp_path: Path) -> None:
    access = server.access
    with (
        pymysql.connect(
            host="127.0.0.1", port=access.port, user=access.user, password=access.password, database="shop"
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("CREATE TEMPORARY TABLE numbers ENGINE = Aria SELECT seq FROM seq_1_to_10")
        with MariaDb(tmp_path / "other") as other:
            assert other.is_running()
        cursor.execute("SELECT COUNT(*) FROM numbers")
        assert cursor.fetchall() == ((10,),)
        cursor.execute("DROP TEMPORARY TABLE numbers")
