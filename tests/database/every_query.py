"""Each function of shared/database/queries, called with made-up arguments on generated rows, and what the server means
to do for each of its statements."""

import importlib
import inspect
import pkgutil
import re
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

import pymysql
from msgspec import Struct
from pymysql.constants import FIELD_TYPE
from pymysql.cursors import Cursor

from shared.database import queries
from shared.database.transactions import Arguments, Row, Transaction
from shared.domain.errors import Refusal
from shared.privacy import data_map
from tests.database.generated_rows import BASE, prefix

RULES = [(table, rule.column, BASE - timedelta(days=364)) for table, rule in data_map.expiring()]
GIVEN: dict[str, dict[str, object]] = {
    "expiry.due": {"rules": RULES},
    "expiry.delete": dict(zip(("table", "column", "until"), RULES[0], strict=True)),
    "agreements.delete_rows": {"table": "members"},
}
"""Where a text is not any text."""
PLACE = 5
"""Arguments name rows that are there."""
EXPLAINED = ("SELECT", "(SELECT", "UPDATE", "DELETE")


@dataclass(frozen=True)
class Step:
    """One table that a statement reads, as EXPLAIN tells it."""

    table: str
    access: str
    key: str | None
    rows: int


@dataclass
class Explained:
    function: str
    sql: str
    steps: list[Step]


@dataclass
class Report:
    statements: list[Explained] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    """Functions that sent no statement."""


class Explaining(Transaction):
    """A transaction that has each statement explained before it is run. Where nothing is found it says that there was
    something, so that what follows is asked too."""

    def __init__(self, cursor: Cursor, function: str, tables: Sequence[str], told: list[Explained]) -> None:
        super().__init__(cursor)
        self._function, self._told = function, told
        self._alias = re.compile(rf"\b({'|'.join(tables)})\b(?:\s+(?:AS\s+)?(?!(?:{'|'.join(_WORDS)})\b)(\w+))?")

    def execute(self, sql: str, arguments: Arguments = ()) -> int:
        self._explain(sql, arguments)
        with suppress(pymysql.IntegrityError):  # rows that are there already
            return super().execute(sql, arguments) or 1
        return 1

    def execute_alone(self, sql: str, arguments: Arguments = ()) -> int:
        return self.execute(sql, arguments)

    def insert(self, sql: str, arguments: Arguments = ()) -> int:
        return self.execute(sql, arguments)

    def insert_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        self._explain(sql, ())
        with suppress(pymysql.IntegrityError):
            super().insert_many(sql, rows)

    def value(self, sql: str, arguments: Arguments = ()) -> Any:
        self._explain(sql, arguments)
        return super().value(sql, arguments) or self._made_up()[0]

    def values(self, sql: str, arguments: Arguments = ()) -> list[Any]:
        self._explain(sql, arguments)
        return super().values(sql, arguments) or [self._made_up()[0]]

    def one(self, kind: Callable[..., Row], sql: str, arguments: Arguments = ()) -> Row | None:
        self._explain(sql, arguments)
        return super().one(kind, sql, arguments) or kind(*self._made_up())

    def all(self, kind: Callable[..., Row], sql: str, arguments: Arguments = ()) -> list[Row]:
        self._explain(sql, arguments)
        return super().all(kind, sql, arguments) or [kind(*self._made_up())]

    def _made_up(self) -> list[Any]:
        """A row of what the last statement asks for."""
        return [_TYPES.get(column[1], f"t{PLACE}") for column in self._cursor.description]

    def _explain(self, sql: str, arguments: Arguments) -> None:
        if any(sql == one.sql for one in self._told):
            return
        if not (sql.startswith(EXPLAINED) or " SELECT " in sql):
            self._told.append(Explained(self._function, sql, []))
            return
        self._cursor.execute(f"EXPLAIN {sql}", arguments)
        names = [one[0] for one in self._cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]
        known = {alias or table: table for table, alias in self._alias.findall(sql)}
        steps = [
            Step(known.get(str(table), str(table)), row["type"] or "", row["key"], _number(row["rows"]))
            for row in rows
            if (table := row["table"])
        ]
        self._told.append(Explained(self._function, sql, steps))


_TYPES: dict[int, Any] = {
    **dict.fromkeys(
        (FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG, FIELD_TYPE.NEWDECIMAL), PLACE
    ),
    FIELD_TYPE.DATETIME: BASE,
    FIELD_TYPE.DATE: BASE.date(),
}
_WORDS = ("WHERE", "SET", "JOIN", "LEFT", "USING", "ON", "ORDER", "GROUP", "LIMIT", "UNION", "STRAIGHT_JOIN", "FOR")
"""What follows a table's name and is no alias."""


def _number(told: str | int | None) -> int:
    """MariaDB adds what part of them a second index leaves: `10 (2%)`."""
    return int(str(told or 0).split()[0])


def explain_all(connection: "pymysql.Connection[Cursor]", tables: Sequence[str]) -> Report:
    """Each function twice: with the least that it may be given, and with all. Nothing stays of what they do."""
    report = Report()
    for name, function in _functions():
        told: list[Explained] = []
        for whole in (False, True):
            # what is made up may not be what the function expects; what it had sent by then is explained
            with connection.cursor() as cursor, suppress(ValueError, TypeError, KeyError, pymysql.Error, Refusal):
                function(Explaining(cursor, name, tables, told), **_arguments(function, whole))
            connection.rollback()
        if not told:
            report.silent.append(name)
        report.statements += told
    return report


def _functions() -> Iterator[tuple[str, Callable[..., object]]]:
    for module in pkgutil.iter_modules(queries.__path__):
        found = importlib.import_module(f"{queries.__name__}.{module.name}")
        for name, function in inspect.getmembers(found, inspect.isfunction):
            own = function.__module__ == found.__name__ and not name.startswith("_")
            if own and "tx" in inspect.signature(function).parameters:
                yield f"{module.name}.{name}", function


def _arguments(function: Callable[..., object], whole: bool) -> dict[str, Any]:
    kinds = typing.get_type_hints(function)
    given = inspect.signature(function).parameters
    made = {name: _made(kinds[name], name, whole) for name in given if name != "tx"}
    return made | GIVEN.get(f"{function.__module__.rpartition('.')[2]}.{function.__name__}", {})


def _made(kind: Any, name: str, whole: bool) -> Any:
    """A value of the kind, of a row that is there where the name says of which."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        if not whole and type(None) in inner:
            return None
        return _made(next(one for one in inner if one is not type(None)), name, whole)
    if origin is tuple:
        return tuple(_made(one, name, whole) for one in inner if one is not Ellipsis)
    if origin is typing.Literal:
        return inner[0]
    if origin is not None:
        if issubclass(origin, dict | typing.Mapping):
            return {}
        return [_made(inner[0], name, whole)] * 2
    if isinstance(kind, type) and issubclass(kind, Struct):
        hints = typing.get_type_hints(kind)
        return typing.cast(Any, kind)(**{field: _made(hints[field], field, whole) for field in kind.__struct_fields__})
    return _simple(kind, name, whole)


def _simple(kind: Any, name: str, whole: bool) -> Any:
    if not isinstance(kind, type):
        return PLACE
    if issubclass(kind, Enum):
        return next(iter(kind))
    if kind is bool:
        return whole and name != "test"
    if kind is datetime:
        return _moment(name)
    if kind is date:
        return _moment(name).date()
    if kind is timedelta:
        return timedelta(days=1)
    if kind is bytes:
        return PLACE.to_bytes(32, "big")
    if kind is int:
        return 10 if name == "most" else PLACE
    if name.removesuffix("s").endswith("_id"):
        return f"{prefix(name.removesuffix('s'))}_{PLACE:016d}"
    return f"t{PLACE}"


def _moment(name: str) -> datetime:
    if name == "until":
        return BASE - timedelta(days=364)
    return BASE - timedelta(hours=1) if name in ("before", "since") else BASE
