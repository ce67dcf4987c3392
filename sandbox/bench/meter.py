"""What a piece of work uses of what the cloud bills: counted by the stand-ins, the database and the hosts' logs."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox import functions_table
from sandbox.demo.company import Company
from sandbox.dispatcher import Routes
from sandbox.functions_table import Kind
from sandbox.run import Run

GIB = {"256Mi": 0.25, "512Mi": 0.5, "1Gi": 1.0}
OF_SENDS: tuple[Kind, ...] = ("http", "pubsub")

Units = dict[str, float]


@dataclass(frozen=True)
class _Size:
    cpu: float
    gib: float
    concurrency: int


class Meter:
    """Of one running sandbox."""

    def __init__(self, run: Run, company: Company) -> None:
        self._run, self._company = run, company
        functions = functions_table.read(run.functions_table)
        self._sizes = _sizes(run.functions_table)
        self._routes = {
            kind: Routes(
                {
                    route: one
                    for one in functions_table.of_kind(functions, kind)
                    for route in one.routes or (f"/{one.name}",)
                }
            )
            for kind in functions_table.KINDS
        }

    def count(self, work: Callable[[], int], kinds: tuple[Kind, ...] = OF_SENDS) -> Units:
        """`work` returns how many SQL statements are its own and not the product's."""
        offsets = {kind: self._log(kind).stat().st_size for kind in kinds}
        before, began = self._company.console("/api/stats"), time.monotonic()
        own = work()
        seconds, after = time.monotonic() - began, self._company.console("/api/stats")
        units = self._of_functions(offsets, seconds)
        units["messages"] = _more(before, after, "pubsub", "published") + _more(before, after, "pubsub", "pushed")
        units["calls to keys"] = _more(before, after, "kms", "encrypt") + _more(before, after, "kms", "decrypt")
        units["SQL statements"] = _more(before, after, "database", "statements") - own
        return units

    def _of_functions(self, offsets: dict[Kind, int], seconds: float) -> Units:
        took: defaultdict[str, float] = defaultdict(float)
        units: defaultdict[str, float] = defaultdict(float)
        for kind, offset in offsets.items():
            for request, length in _lines(self._log(kind), offset):
                if request is None:
                    units["log bytes"] += length
                    continue
                function = self._routes[kind].lead(request["path"])
                if function is None:
                    continue
                took[function.name] += request["milliseconds"] / 1000
                units["requests"] += 1
                units["requests from outside"] += kind == "http"
                units["request logs"] += 0 if function.unlogged else 2 if kind == "http" else 1
        for name, busy in took.items():
            size = self._sizes[name]
            # requests at once share an instance, as many as it takes
            billed = max(busy / size.concurrency, min(busy, seconds))
            units["vCPU seconds"] += billed * size.cpu
            units["GiB seconds"] += billed * size.gib
        return dict(units)

    def _log(self, kind: Kind) -> Path:
        return self._run.function_logs / f"{kind}.log"


def _lines(log: Path, offset: int) -> Iterator[tuple[dict[str, Any] | None, int]]:
    """(request, bytes) of each line; None where it tells of no request."""
    with log.open("rb") as file:
        file.seek(offset)
        for line in file:
            yield json.loads(line)["request"] if line.startswith(b'{"request"') else None, len(line)


def _more(before: dict[str, Any], after: dict[str, Any], provider: str, name: str) -> int:
    return int(after[provider][name]) - int(before[provider][name])


def _sizes(table: Path) -> dict[str, _Size]:
    whole = yaml.safe_load(table.read_text("utf-8"))
    rows = {name: whole["sizes"].get(row.get("size"), {}) | row for name, row in whole["functions"].items()}
    return {name: _Size(float(row["cpu"]), GIB[row["memory"]], int(row["concurrency"])) for name, row in rows.items()}
