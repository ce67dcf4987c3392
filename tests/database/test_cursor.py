"""Rows are read as PyMySQL itself reads them, and a column that has changed is seen at once."""

from collections.abc import Iterator
from typing import Any

import pymysql
import pytest
from pymysql.cursors import Cursor

from shared.database.connection import connect
from shared.database.cursor import QuickCursor
from shared.settings import DatabaseSettings

ALL_KINDS = (
    "SELECT 1 AS one, CAST(-3 AS SIGNED), 1.50, CAST(2.5 AS DOUBLE), NULL, '', 'Åsa', X'00FF80', TRUE,"
    " CAST('2026-11-23' AS DATE), CAST('2026-11-23 10:00:00.123456' AS DATETIME(6)), CAST('10:00' AS TIME),"
    " JSON_ARRAY('Å', 1), REPEAT('x', 70000), CAST('a' AS BINARY(3)), %s UNION ALL"
    " SELECT 2, 0, 0, 0, 'y', 'z', 'ö', X'', FALSE, NULL, NULL, NULL, NULL, NULL, NULL, NULL"
)


@pytest.fixture
def connection(database_settings: DatabaseSettings) -> "Iterator[pymysql.connections.Connection[Cursor]]":
    with connect(database_settings) as opened:
        yield opened


def read(cursor: Cursor, sql: str, *values: object) -> tuple[Any, Any, int]:
    rowcount = cursor.execute(sql, values)
    return cursor.fetchall(), cursor.description, rowcount


def test_every_kind_of_value_is_what_pymysql_reads_the_first_time_and_each_time_after(
    connection: "pymysql.connections.Connection[Cursor]",
) -> None:
    wanted = read(Cursor(connection), ALL_KINDS, "text")
    with connection.cursor() as ours:
        assert type(ours) is QuickCursor
        assert [read(ours, ALL_KINDS, "text") for _ in range(3)] == [wanted] * 3
        assert read(ours, ALL_KINDS, b"\xff" * 20)[0][0][-1] == b"\xff" * 20, "bytes now, where a text was before"


def test_a_table_that_has_changed_under_a_statement_is_read_as_it_is_now(
    connection: "pymysql.connections.Connection[Cursor]",
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE changing (a INT, b VARCHAR(9))")
        cursor.execute("INSERT INTO changing VALUES (1, '2')")
        assert read(cursor, "SELECT * FROM changing")[0] == ((1, "2"),)
        cursor.execute("ALTER TABLE changing MODIFY b INT, ADD c VARCHAR(9) FIRST")
        rows, description, _ = read(cursor, "SELECT * FROM changing")
        assert (rows, [name for name, *_ in description]) == (((None, 1, 2),), ["c", "a", "b"])
        for change, rows in (("ADD d INT", ((None, 1, 2, None),)), ("DROP d", ((None, 1, 2),))):
            cursor.execute(f"ALTER TABLE changing {change}")
            assert read(cursor, "SELECT * FROM changing")[0] == rows


def test_what_a_statement_says_beside_rows_is_told_as_ever(
    connection: "pymysql.connections.Connection[Cursor]",
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE numbered (id INT AUTO_INCREMENT PRIMARY KEY, a INT UNIQUE)")
        assert cursor.execute("INSERT INTO numbered (a) VALUES (%s), (%s)", (1, 2)) == 2
        assert cursor.lastrowid == 1
        assert cursor.executemany("INSERT INTO numbered (a) VALUES (%s)", [(one,) for one in range(3, 9)]) == 6
        assert cursor.execute("UPDATE numbered SET a = 9 WHERE id = %s", (1,)) == 1
        assert read(cursor, "SELECT id FROM numbered WHERE FALSE")[0] == ()
        with pytest.raises(pymysql.err.IntegrityError):
            cursor.execute("INSERT INTO numbered (a) VALUES (2)")
        assert read(cursor, "SELECT COUNT(*) FROM numbered")[0] == ((8,),), "and the connection works on"


def test_a_connection_that_is_lost_is_told_as_lost(
    connection: "pymysql.connections.Connection[Cursor]", database_settings: DatabaseSettings
) -> None:
    with connection.cursor() as cursor:
        ((number,),) = read(cursor, "SELECT CONNECTION_ID()")[0]
        with connect(database_settings) as other, other.cursor() as killer:
            killer.execute("KILL CONNECTION %s", (number,))
        with pytest.raises(pymysql.err.OperationalError):
            cursor.execute("SELECT CONNECTION_ID()")


def test_rows_are_the_same_whether_they_come_in_one_piece_or_in_many(
    connection: "pymysql.connections.Connection[Cursor]",
) -> None:
    sql = "SELECT seq, REPEAT('å', seq), IF(seq = %s, NULL, seq) FROM seq_1_to_{}"
    with connection.cursor() as ours, Cursor(connection) as plain:
        for most in (1, 10, *range(85, 100), 300):
            wanted = read(plain, sql.format(most), 5)
            assert [read(ours, sql.format(most), 5) for _ in range(3)] == [wanted] * 3
