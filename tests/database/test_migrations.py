"""Migrations: each file once, in order, and statements split where they end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.mariadb import MariaDb
from shared.database.connection import connect
from shared.database.migrate import FOLDER, migrate, statements
from shared.domain import ids
from shared.settings import DatabaseSettings
from tests.database.pipeline import at_once

FILES = sorted(one.name for one in FOLDER.glob("*.sql"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    with MariaDb(Path(tmp_path_factory.mktemp("migrations")) / "server") as server:
        yield server


@pytest.fixture
def empty(server: MariaDb) -> DatabaseSettings:
    """A schema with nothing in it."""
    name = ids.new_id("tmp")
    server.create_database(name)
    return DatabaseSettings(
        database_name=name,
        database_user=server.user,
        database_address=server.address,
        database_password=server.password,
    )


def rows(settings: DatabaseSettings, sql: str) -> list[Any]:
    with connect(settings) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def test_every_file_is_applied_in_order_and_a_second_run_applies_nothing(empty: DatabaseSettings) -> None:
    with connect(empty) as connection:
        assert migrate(connection) == FILES
        assert migrate(connection) == []
    assert rows(empty, "SELECT name FROM migrations ORDER BY applied_at, name") == FILES
    assert rows(empty, "SELECT COUNT(*) FROM gifts") != [0]


def test_files_are_numbered_without_gaps_so_that_their_order_is_plain() -> None:
    assert [name[:4] for name in FILES] == [f"{number:04d}" for number in range(1, len(FILES) + 1)]


def test_two_that_migrate_at_once_apply_each_file_once(empty: DatabaseSettings) -> None:
    applied: list[list[str]] = []

    def run() -> None:
        with connect(empty) as connection:
            applied.append(migrate(connection))

    assert at_once([run, run, run]) == []
    assert sorted(applied, key=len) == [[], [], FILES]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("-- only a comment\n\n", []),
        ("SELECT 1;", ["SELECT 1"]),
        ("SELECT 1;\nSELECT 2;\n", ["SELECT 1", "SELECT 2"]),
        ("-- first\nSELECT\n    1;\n-- then\nSELECT 2;", ["SELECT\n    1", "SELECT 2"]),
        ("SELECT ';' AS one;\nSELECT 2;", ["SELECT ';' AS one", "SELECT 2"]),
        (
            "CREATE TRIGGER t BEFORE DELETE ON a\nBEGIN\n    SET @x = 1;\n    SET @y = 2;\nEND;\nSELECT 1;",
            [
                "CREATE TRIGGER t BEFORE DELETE ON a\nBEGIN\n    SET @x = 1;\n    SET @y = 2;\nEND",
                "SELECT 1",
            ],
        ),
    ],
)
def test_a_file_is_split_where_its_statements_end(text: str, expected: list[str]) -> None:
    assert statements(text) == expected


@pytest.mark.parametrize("name", FILES)
def test_every_statement_of_our_own_files_ends_as_it_should(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    last = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("--")][-1]
    assert last.rstrip().endswith(";")
    assert "".join(statements(text)).count("CREATE TABLE") == text.count("CREATE TABLE")
