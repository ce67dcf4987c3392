"""What no call of the API shows: the product's database, its logs, and the processes that can be killed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymysql

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

    def rows(self, sql: str, *values: object) -> list[Row]:
        """What one SELECT finds."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def value(self, sql: str, *values: object) -> int:
        """The number that a SELECT counts."""
        return int(self.rows(sql, *values)[0][0] or 0)

    def kill(self, kind: str) -> bool:
        """SIGKILL to a function host and its workers; False where it is just being started anew."""
        return kill_session(int(self.run.host_file(kind).read_text("ascii")))

    @contextmanager
    def _connection(self) -> Iterator[pymysql.Connection[pymysql.cursors.Cursor]]:
        access = Access.load(self.run.database_file)
        settings = DatabaseSettings(
            database_name=DATABASE,
            database_user=access.user,
            database_address=access.address,
            database_password=access.password,
        )
        with connect(settings) as connection:
            with connection.cursor() as cursor:
                cursor.execute("SET SESSION TRANSACTION READ ONLY")
            yield connection
