"""The one place that chooses how MySQL is reached: Cloud SQL through its connector, or an address."""

import time
from collections.abc import Callable
from typing import Any

import pymysql
from dbutils.pooled_db import PooledDB
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from shared.database.cursor import CONVERSIONS, QuickCursor
from shared.settings import DatabaseSettings

CONNECT_SECONDS = 10
REST_SECONDS = 1
_LENT_AT = "upup_lent_at"
"""Of each connection, by `time.monotonic`."""

LOOPBACK = "127.0.0.1"
# A statement that waits longer than this for a lock fails, and its request or message is tried again.
LOCK_WAIT_SECONDS = 10
SESSION = (
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, time_zone = '+00:00',"
    f" innodb_lock_wait_timeout = {LOCK_WAIT_SECONDS},"
    " sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE'"
)
SERVER_GONE = (pymysql.err.OperationalError, pymysql.err.InterfaceError, pymysql.err.InternalError)


def connect(settings: DatabaseSettings) -> "Connection[Cursor]":
    """One connection outside the pool."""
    return _opener(settings)()


def make_pool(settings: DatabaseSettings) -> Any:
    """A pool that blocks when all connections are lent, and pings one that has rested before it is lent.

    Its connections commit by themselves outside a transaction. One that comes back is rolled back only where its
    transaction has not ended.
    """
    return PooledDB(
        creator=_opener(settings, autocommit=True),
        maxconnections=settings.database_connections,
        maxcached=settings.database_connections,
        blocking=True,
        ping=(1, _is_alive),
        reset=False,
        failures=SERVER_GONE,
    )


def _is_alive(connection: Any) -> bool:
    """Whether a connection that is about to be lent can be used: asked of the server only after a rest. One that was
    lent just now and is lost all the same fails once, as it would if it were lost a moment later."""
    now = time.monotonic()
    rested = now - getattr(connection, _LENT_AT, 0) > REST_SECONDS
    setattr(connection, _LENT_AT, now)
    if rested:
        connection.ping(reconnect=False)  # raises where it is lost
    return True


def _opener(settings: DatabaseSettings, *, autocommit: bool = False) -> "Callable[..., Connection[Cursor]]":
    options: dict[str, Any] = {
        "user": settings.database_user,
        "charset": "utf8mb4",
        "autocommit": autocommit,
        "conv": CONVERSIONS,
        "cursorclass": QuickCursor,
        "connect_timeout": CONNECT_SECONDS,
        "local_infile": False,
    }
    if settings.database_instance:
        from google.cloud.sql.connector import Connector  # 300 ms to import: only where Cloud SQL is used

        connector = Connector(refresh_strategy="lazy", ip_type="private", enable_iam_auth=True)
        instance = settings.database_instance

        def open_instance() -> "Connection[Cursor]":
            connection: Connection[Cursor] = connector.connect(
                instance, "pymysql", db=settings.database_name, **options
            )
            return _prepare(connection)

        return open_instance
    host, _, port = str(settings.database_address).rpartition(":")

    def open_address() -> "Connection[Cursor]":
        return _prepare(
            pymysql.connect(
                host=host,
                port=int(port),
                database=settings.database_name,
                password=settings.database_password or "",
                ssl_disabled=host == LOOPBACK,  # a context takes 20 ms to make, and nothing leaves the machine
                **options,
            )
        )

    return open_address


def _prepare(connection: "Connection[Cursor]") -> "Connection[Cursor]":
    with connection.cursor() as cursor:
        isolation, _, rest = SESSION.partition(", ")
        cursor.execute(isolation)
        cursor.execute(f"SET SESSION {rest}")
    return connection
