"""What no call of the API shows: the product's database, its logs, and the processes that can be killed."""

from __future__ import annotations

from typing import Any

from pymysql import Connection
from pymysql.cursors import Cursor

from sandbox.machine import CHECKOUT
from sandbox.mariadb import Access
from sandbox.run import DATABASE, Run
from sandbox.running import Addresses
from sandbox.warm import kill_session
from shared.database.connection import connect
from shared.settings import DatabaseSettings

Row = tuple[Any, ...]


class Inside:
    """The running sandbox at these addresses."""

    def __init__(self, at: Addresses) -> None:
        found = (Run.load(file) for file in (CHECKOUT / ".sandbox").glob("run-*/run.json"))
        self.run = next(run for run in found if run.public_url == at.web)

    def database(self) -> DatabaseSettings:
        """The product's database, with all rights in it."""
        access = Access.load(self.run.database_file)
        return DatabaseSettings(
            database_name=DATABASE,
            database_user=access.user,
            database_address=access.address,
            database_password=access.password,
        )

    def connected(self) -> Connection[Cursor]:
        """A connection of the product's own kind."""
        return connect(self.database())

    def rows(self, sql: str, *values: object) -> list[Row]:
        """What one SELECT finds."""
        with self.connected() as connection, connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def value(self, sql: str, *values: object) -> int:
        """The number that a SELECT counts."""
        return int(self.rows(sql, *values)[0][0] or 0)

    def kill(self, kind: str) -> bool:
        """SIGKILL to a function host and its workers; False where it is just being started anew."""
        return kill_session(int(self.run.host_file(kind).read_text("ascii")))


def columns_but(cursor: Cursor, table: str, *without: str) -> str:
    """A table's columns but these, as a statement that copies rows names them."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = %s"
        " AND column_name NOT IN %s ORDER BY ordinal_position",
        (table, without),
    )
    return ", ".join(row[0] for row in cursor.fetchall())
