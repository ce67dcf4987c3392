"""The database's interface: a transaction at the edge, rows as dataclasses, set-based writes."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields
from typing import Any, Protocol, TypeVar

import pymysql

from shared.domain.errors import SameMoment
from shared.metrics import Metric, measure
from shared.ports import Message, SupplierUnavailable

log = logging.getLogger(__name__)

Row = TypeVar("Row")
Arguments = Sequence[object] | Mapping[str, object]

LOCK_FAILURES = (1205, 1213)  # waited too long, deadlock
SERVER_AWAY = (0, 1053, 1927, 2003, 2006, 2013)  # shut down, killed, no connection, gone, lost in a query
LOST = (pymysql.err.OperationalError, pymysql.err.InterfaceError)
PATIENCE_SECONDS = 30


class DatabaseAway(SupplierUnavailable):
    """The database cannot be reached, or was lost on the way: what was being committed may or may not be."""


class Transaction:
    """One open transaction. What goes to the outbox in it is published when it has been committed, and what it counts
    is told then."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self.outbox: list[Message] = []
        self._counted: list[tuple[Metric, int, dict[str, str]]] = []

    def count(self, metric: Metric, value: int, **labels: str) -> None:
        """Tell of a figure once this is committed; of none nothing is told."""
        if value:
            self._counted.append((metric, value, labels))

    def tell_counts(self) -> None:
        for metric, value, labels in self._counted:
            measure(metric, value, **labels)

    def execute(self, sql: str, arguments: Arguments = ()) -> int:
        """Run one statement and return how many rows it changed."""
        return int(self._cursor.execute(sql, arguments))

    def insert(self, sql: str, arguments: Arguments = ()) -> int:
        """Insert one row and return its AUTO_INCREMENT id."""
        self._cursor.execute(sql, arguments)
        return int(self._cursor.lastrowid)

    def insert_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Insert all rows, some thousand a statement. Every value in `VALUES (…)` must be a `%s`: PyMySQL sends
        a statement per row otherwise."""
        if rows:
            self._cursor.executemany(sql, rows)

    def value(self, sql: str, arguments: Arguments = ()) -> Any:
        """The first column of the first row, or None."""
        self._cursor.execute(sql, arguments)
        row = self._cursor.fetchone()
        return row[0] if row else None

    def values(self, sql: str, arguments: Arguments = ()) -> list[Any]:
        """The first column of all rows."""
        self._cursor.execute(sql, arguments)
        return [row[0] for row in self._cursor.fetchall()]

    def one(self, kind: Callable[..., Row], sql: str, arguments: Arguments = ()) -> Row | None:
        """The first row as `kind`, its columns in the order of the fields, or None."""
        self._cursor.execute(sql, arguments)
        row = self._cursor.fetchone()
        return kind(*row) if row else None

    def all(self, kind: Callable[..., Row], sql: str, arguments: Arguments = ()) -> list[Row]:
        """All rows as `kind`, their columns in the order of the fields."""
        self._cursor.execute(sql, arguments)
        return [kind(*row) for row in self._cursor.fetchall()]


class Database(Protocol):
    """Where transactions come from."""

    def transaction(self) -> Any:
        """A context manager that gives a `Transaction`, commits it, and rolls back when an exception leaves it."""
        ...


class PooledDatabase:
    """Transactions over a pool of connections. `after_commit` gets what the transaction put in the outbox."""

    def __init__(self, pool: Any, after_commit: Callable[[list[Message]], None]) -> None:
        self._pool = pool
        self._after_commit = after_commit

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Commits at the end.

        Raises `SameMoment` where a lock could not be had: the caller may simply try again. Raises `DatabaseAway`.
        """
        try:
            connection = self._pool.connection()
            try:
                connection.begin()  # also tells the pool never to reconnect silently half-way
                with connection.cursor() as cursor:
                    transaction = Transaction(cursor)
                    yield transaction
                connection.commit()
            except BaseException:
                with suppress(pymysql.err.Error):  # a connection that was lost has nothing to roll back
                    connection.rollback()
                raise
            finally:
                connection.close()
        except LOST as error:
            code = error.args[0] if error.args else 0
            if code in LOCK_FAILURES:
                raise SameMoment("Someone else is changing the same thing. Try again in a moment.") from error
            if code in SERVER_AWAY:
                raise DatabaseAway("the database is away") from error
            raise
        transaction.tell_counts()
        if transaction.outbox:
            self._hand_on(transaction.outbox)

    def _hand_on(self, messages: list[Message]) -> None:
        try:
            self._after_commit(messages)
        except Exception as error:  # the work is committed: whatever fails now, the relay publishes later
            log.error("left to the relay: %s", type(error).__name__)


def insist(database: Database, work: Callable[[Transaction], Row]) -> Row:
    """Run a transaction again while locks or the server are away: it writes down what has already happened.

    `work` must be safe to run twice: a commit whose answer was lost may have worked. Gives up after
    `PATIENCE_SECONDS`.
    """
    from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

    again = Retrying(
        retry=retry_if_exception(_may_pass),
        stop=stop_after_delay(PATIENCE_SECONDS),
        wait=wait_random_exponential(multiplier=0.1, max=5),
        reraise=True,
    )

    def once() -> Row:
        with database.transaction() as tx:
            return work(tx)

    return again(once)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, SameMoment | DatabaseAway)


def columns(kind: type) -> str:
    """The column list that a dataclass's fields are read from."""
    return ", ".join(one.name for one in fields(kind))
