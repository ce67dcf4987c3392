"""infra/functions.yaml, the one table of functions, read into dataclasses; what is malformed is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from cronsim import CronSim, CronSimError

from sandbox.clock import STOCKHOLM

Kind = Literal["http", "pubsub", "schedule"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ROUTE = re.compile(r"/\*|((/[A-Za-z0-9._-]+)+(/\*)?)+")
_TOPIC = re.compile(r"[a-z][a-z0-9-]+")
_KIND_OF_TRIGGER: dict[str, Kind] = {"routes": "http", "topic": "pubsub", "topics": "pubsub", "schedule": "schedule"}


# In C where there is libyaml: six times as fast, and each process of the sandbox reads the table.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TableError(ValueError):
    """The table cannot be used; the message names the function and the fault."""


@dataclass(frozen=True)
class Function:
    """One Cloud Function: `routes`, `topics` or `cron` (Europe/Stockholm) is set, as its kind says.

    `secrets`: the only ones it gets. `keys`: what it may do with which Cloud KMS key.
    `publishes`: the topics that it may publish to.
    `staff`: behind Identity-Aware Proxy. `unlogged`: no request log keeps the addresses of its requests.
    """

    name: str
    kind: Kind
    routes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    cron: str = ""
    timeout_seconds: int = 60
    concurrency: int = 1
    connections: int = 1
    secrets: tuple[str, ...] = ()
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    publishes: tuple[str, ...] = ()
    staff: bool = False
    unlogged: bool = False


def read(path: Path) -> tuple[Function, ...]:
    """All functions of the table, in its order; raises TableError."""
    try:
        table = yaml.load(path.read_text("utf-8"), _LOADER)  # noqa: S506  # a safe one
    except (OSError, yaml.YAMLError) as error:
        raise TableError(f"{path.name}: {error}") from error
    rows = table.get("functions") if isinstance(table, dict) else None
    if not isinstance(rows, dict) or not rows:
        raise TableError(f"{path.name}: no functions")
    sizes = table.get("sizes", {})
    functions = tuple(_function(name, _sized(name, row, sizes)) for name, row in rows.items())
    _refuse_doubles([route for function in functions for route in function.routes])
    return functions


def of_kind(functions: tuple[Function, ...], kind: Kind) -> tuple[Function, ...]:
    return tuple(function for function in functions if function.kind == kind)


def _sized(name: Any, row: Any, sizes: dict[str, Any]) -> Any:
    """The row with its size's fields where it says nothing of its own."""
    if not isinstance(row, dict) or "size" not in row:
        return row
    if row["size"] not in sizes:
        raise TableError(f"{name}: {row['size']!r} is none of the sizes {', '.join(sizes)}")
    return sizes[row["size"]] | row


def _function(name: Any, row: Any) -> Function:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise TableError(f"{name!r} is no name of a function")
    trigger = row.get("trigger") if isinstance(row, dict) else None
    if not isinstance(trigger, dict) or len(trigger) != 1 or not trigger.keys() <= _KIND_OF_TRIGGER.keys():
        raise TableError(f"{name}: the trigger must be one of {', '.join(_KIND_OF_TRIGGER)}")
    ((key, value),) = trigger.items()
    timeout = row.get("timeout_seconds", 60)
    if not isinstance(timeout, int) or timeout <= 0:
        raise TableError(f"{name}: timeout_seconds must be a whole number above 0")
    return Function(
        name=name,
        kind=_KIND_OF_TRIGGER[key],
        routes=_routes(name, value) if key == "routes" else (),
        topics=_topics(name, [value] if key == "topic" else value) if _KIND_OF_TRIGGER[key] == "pubsub" else (),
        cron=_cron(name, value) if key == "schedule" else "",
        timeout_seconds=timeout,
        concurrency=row.get("concurrency", 1),
        connections=row.get("connections", 1),
        secrets=tuple(row.get("secrets", ())),
        keys={key: tuple(rights) for key, rights in row.get("keys", {}).items()},
        publishes=tuple(row.get("publishes", ())),
        staff=bool(row.get("staff", False)),
        unlogged=bool(row.get("unlogged", False)),
    )


def _routes(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise TableError(f"{name}: routes must be a list of paths")
    for route in value:
        if not isinstance(route, str) or not _ROUTE.fullmatch(route):
            raise TableError(f"{name}: {route!r} is no route (a path, `/*` only at its end)")
    return tuple(value)


def _topics(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise TableError(f"{name}: topics must be a list of names")
    for topic in value:
        if not isinstance(topic, str) or not _TOPIC.fullmatch(topic):
            raise TableError(f"{name}: {topic!r} is no name of a topic")
    return tuple(value)


def _cron(name: str, value: Any) -> str:
    try:
        CronSim(str(value), datetime.now(STOCKHOLM))
    except CronSimError as error:
        raise TableError(f"{name}: {value!r} is no cron expression: {error}") from error
    return str(value)


def _refuse_doubles(routes: list[str]) -> None:
    if doubled := {route for route in routes if routes.count(route) > 1}:
        raise TableError(f"{', '.join(sorted(doubled))}: a route of two functions")
