"""The database's interface: a transaction at the edge, rows as records, set-based writes."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, Protocol, TypeVar

import pymysql
from msgspec import Struct

from shared.domain.errors import Refusal, SameMoment
from shared.metrics import Metric, measure
from shared.ports import Message, SupplierUnavailable

log = logging.getLogger(__name__)

Row = TypeVar("Row")
Arguments = Sequence[object] | Mapping[str, object]

LOCK_FAILURES = (1205, 1213)  # waited too long, deadlock
SERVER_AWAY = (0, 1053, 1927, 2003, 2006, 2013)  # shut down, killed, no connection, gone, lost in a query
LOST = (pymysql.err.OperationalError, pymysql.err.InterfaceError)
LOCKING = (" FOR UPDATE", " FOR SHARE", " LOCK IN SHARE MODE")
PATIENCE_SECONDS = 30
STATEMENTS_KEPT = 1_000


class DatabaseAway(SupplierUnavailable):
    """The database cannot be reached, or was lost on the way: what was being committed may or may not be."""


class Transaction:
    """One transaction. What goes to the outbox in it is published when it has been committed, and what it counts is
    told then.

    It begins with its first statement that locks or writes: a read before sees what is committed, as READ COMMITTED
    has it within one too, so what only reads needs neither BEGIN nor COMMIT.
    """

    def __init__(self, cursor: Any, lent: Any = None) -> None:
        """`lent`: the pool's connection at which it is to begin; None where it has begun."""
        self._cursor = cursor
        self._lent = lent
        self.outbox: list[Message] = []
        self._counted: list[tuple[Metric, int, dict[str, str]]] = []

    def count(self, metric: Metric, value: int, **labels: str) -> None:
        """Tell of a figure once this is committed; of none nothing is told."""
        if value:
            self._counted.append((metric, value, labels))

    def tell_counts(self) -> None:
        for metric, value, labels in self._counted:
            measure(metric, value, **labels)

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to commit."""
        return self._lent is None

    def execute(self, sql: str, arguments: Arguments = ()) -> int:
        """Run one statement and return how many rows it changed."""
        self._begin_before(sql)
        return self._run(sql, arguments)

    def execute_alone(self, sql: str, arguments: Arguments = ()) -> int:
        """`execute` for the only statement of a transaction that writes: it is committed by itself, at once."""
        return self._run(sql, arguments)

    def insert(self, sql: str, arguments: Arguments = ()) -> int:
        """Insert one row and return its AUTO_INCREMENT id."""
        self.execute(sql, arguments)
        return int(self._cursor.lastrowid)

    def insert_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Insert all rows, some thousand a statement. Every value in `VALUES (…)` must be a `%s`: PyMySQL sends
        a statement per row otherwise."""
        if rows:
            self._begin_before(sql)
            self._cursor.executemany(sql, rows)

    def value(self, sql: str, arguments: Arguments = ()) -> Any:
        """The first column of the first row, or None."""
        self.execute(sql, arguments)
        row = self._cursor.fetchone()
        return row[0] if row else None

    def values(self, sql: str, arguments: Arguments = ()) -> list[Any]:
        """The first column of all rows."""
        self.execute(sql, arguments)
        return [row[0] for row in self._cursor.fetchall()]

    def one(self, kind: Callable[..., Row], sql: str, arguments: Arguments = ()) -> Row | None:
        """The first row as `kind`, its columns in the order of the fields, or None."""
        self.execute(sql, arguments)
        row = self._cursor.fetchone()
        return kind(*row) if row else None

    def all(self, kind: Callable[..., Row], sql: str, arguments: Arguments = ()) -> list[Row]:
        """All rows as `kind`, their columns in the order of the fields."""
        self.execute(sql, arguments)
        return [kind(*row) for row in self._cursor.fetchall()]

    def _run(self, sql: str, arguments: Arguments) -> int:
        try:
            return int(self._cursor.execute(sql, arguments))
        except LOST as error:
            if self._lent is None or _code(error) not in SERVER_AWAY:
                raise
            self._cursor = self._lent.cursor()  # one that reconnects
            return int(self._cursor.execute(sql, arguments))

    def _begin_before(self, sql: str) -> None:
        if self._lent is not None and not _only_reads(sql):
            self._lent.begin()  # which also tells the pool never to reconnect silently half-way
            self._lent = None


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
            # the pool's own cursor, which can reconnect, costs more than reading a row
            transaction = Transaction(connection.dbapi_connection.cursor(), connection)
            try:
                yield transaction
                if transaction.has_begun:
                    connection.commit()
            except BaseException as error:
                if transaction.has_begun or not isinstance(error, Refusal):
                    with suppress(pymysql.err.Error):  # a connection that was lost has nothing to roll back
                        connection.rollback()
                raise
            finally:
                connection.close()
        except LOST as error:
            if _code(error) in LOCK_FAILURES:
                raise SameMoment("Someone else is changing the same thing. Try again in a moment.") from error
            if _code(error) in SERVER_AWAY:
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

    def once() -> Row:
        with database.transaction() as tx:
            return work(tx)

    try:
        return once()
    except (SameMoment, DatabaseAway):  # seldom, and what waits then costs more than most transactions do
        return _again(once)


def _again(once: Callable[[], Row]) -> Row:
    from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random_exponential

    again = Retrying(
        retry=retry_if_exception(_may_pass),
        stop=stop_after_delay(PATIENCE_SECONDS),
        wait=wait_random_exponential(multiplier=0.1, max=5),
        reraise=True,
    )
    return again(once)


def _only_reads(sql: str) -> bool:
    return sql.startswith("SELECT ") and not _locks(sql)


@lru_cache(STATEMENTS_KEPT)
def _locks(select: str) -> bool:
    return any(lock in select for lock in LOCKING)


def _code(error: Exception) -> Any:
    return error.args[0] if error.args else 0


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, SameMoment | DatabaseAway)


def columns(kind: type[Struct]) -> str:
    """The column list that a record's fields are read from."""
    return ", ".join(kind.__struct_fields__)
