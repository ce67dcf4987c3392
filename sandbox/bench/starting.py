"""From the start of a function's process to its first answer, against a bare function that imports as much.

The bare one loads the modules that the other had loaded when it had answered, all but our own: the interpreter's,
functions-framework's, and every library's. What is over is ours: our modules, settings, the database's first
connection, and the work itself. Python tells of each import (`-X importtime`), in both alike.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from sandbox import functions_table, processes
from sandbox.bench.clients import Request
from sandbox.bench.delivered import deliver
from sandbox.bench.first_requests import Asker
from sandbox.bench.measure import ROUNDS
from sandbox.bench.result import Result
from sandbox.functions_table import Function
from sandbox.mariadb import Access
from sandbox.processes import StartError, free_port
from sandbox.run import Run
from sandbox.running import running
from sandbox.settings import environment
from shared.database.grants import user_of

MOST = 1.2
START_SECONDS = 60
REPEAT_SECONDS = 70
BASELINES = 2
"""Of functions that load the same, where none of them is over its target."""
LEAST_MS = 5
"""Of a library that the table of imports names."""
HOST = "127.0.0.1"
OURS = ("shared", "functions", "main", "sandbox")
_BARE_WITH = Path(__file__).with_name("bare_with.py")
_IMPORT = re.compile(r"import time: +(\d+) \| +\d+ \| +(\S+)$", re.MULTILINE)
ONLY = os.environ.get("COLD_STARTS", "").split()
"""Names of functions; all where it is not set."""


@dataclass(frozen=True)
class Started:
    """`imports`: milliseconds that each module that is not ours took by itself."""

    seconds: float
    imports: Mapping[str, float]


@dataclass
class _Class:
    """Functions that load the same: they have the same baseline."""

    imports: tuple[str, ...]
    seconds: list[float] = field(default_factory=list)

    def measure(self) -> None:
        settings = {**os.environ, "BENCH_IMPORTS": " ".join(self.imports)}
        self.seconds.append(_start("bare", _BARE_WITH, settings, Request("GET", "/", {})).seconds)


def cold_starts() -> Sequence[Result]:
    """Each function once, by turns with its baseline; what is over its target twice more while there is time."""
    enough = time.monotonic() + REPEAT_SECONDS
    classes: dict[frozenset[str], _Class] = {}
    costs: defaultdict[str, list[float]] = defaultdict(list)
    results = []
    with running() as at:
        given = deliver(at)
        asker = Asker(given.run, given.company.cookie, given.staff_header(), given.send_id)
        for function in functions_table.read(given.run.functions_table):
            if ONLY and function.name not in ONLY:
                continue
            ours = [_start_function(given.run, function, asker)]
            alike = classes.setdefault(frozenset(ours[0].imports), _Class(tuple(ours[0].imports)))
            if len(alike.seconds) < BASELINES:
                alike.measure()
            while len(ours) < ROUNDS and _is_slow(ours, alike) and time.monotonic() < enough:
                ours.append(_start_function(given.run, function, asker))
                alike.measure()
            for package, milliseconds in _by_package(ours[0].imports).items():
                costs[package].append(milliseconds)
            name, baseline = f"cold_start_{function.name}", statistics.median(alike.seconds)
            results.append(Result(name, _median(ours) * 1000, "ms", baseline * 1000, "bare + its imports", MOST))
    print(_table(costs))
    return results


def _is_slow(ours: Sequence[Started], alike: _Class) -> bool:
    return _median(ours) > MOST * statistics.median(alike.seconds)


def _median(starts: Sequence[Started]) -> float:
    return statistics.median(one.seconds for one in starts)


def _by_package(imports: Mapping[str, float]) -> dict[str, float]:
    """Milliseconds by library: `google` has several, which are told apart."""
    found: defaultdict[str, float] = defaultdict(float)
    for module, milliseconds in imports.items():
        parts = module.split(".")
        found[".".join(parts[:3] if module.startswith("google.cloud") else parts[:1])] += milliseconds
    return found


def _table(costs: Mapping[str, Sequence[float]]) -> str:
    """The dearest first."""
    rows = sorted(((statistics.median(times), name, len(times)) for name, times in costs.items()), reverse=True)
    lines = [
        f"  {name:<32} {cost:>6.0f} ms  in {functions} functions" for cost, name, functions in rows if cost >= LEAST_MS
    ]
    return "\n".join(["What each import costs by itself, the modules of a library together:", *lines])


def _start_function(run: Run, function: Function, asker: Asker) -> Started:
    master: str = json.loads(run.stand_ins_file.read_text("utf-8"))["fingerprint_master"]
    itself = {"SANDBOX_CALLER": function.name, "DATABASE_USER": user_of(function.name)}
    settings = environment(run, Access.load(run.database_file), master) | itself
    return _start(function.name, Path(run.checkout) / "main.py", settings, asker.request(function))


def _start(name: str, source: Path, settings: Mapping[str, str], request: Request) -> Started:
    """Raises StartError where there is no answer, or one that says that something of ours is broken."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="upup-bench-") as folder:
        log = Path(folder) / "function.log"
        command = [sys.executable, "-m", "functions_framework", "--target", name, "--source", str(source)]
        env = {**settings, "FUNCTION_TARGET": name, "PYTHONPROFILEIMPORTTIME": "1"}
        started = time.perf_counter()
        child = processes.start([*command, "--host", HOST, "--port", str(port)], log, env, source.parent)
        try:
            status = _first_answer(port, request, started + START_SECONDS)
            seconds = time.perf_counter() - started
        finally:
            processes.stop(child)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise StartError(f"{name} answered {status} to {request.method} {request.path}:\n{processes.tail(log)}")
        return Started(seconds, _imports(log.read_text("utf-8", "replace")))


def _first_answer(port: int, request: Request, deadline: float) -> int:
    connection = HTTPConnection(HOST, port, timeout=START_SECONDS)
    while True:
        try:
            connection.connect()
            break
        except ConnectionRefusedError:
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.002)
    connection.request(request.method, request.path, request.body, request.headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _imports(log: str) -> dict[str, float]:
    """Milliseconds that each module took by itself, in the order in which they were there; none of ours."""
    found = ((name, int(microseconds) / 1000) for microseconds, name in _IMPORT.findall(log))
    return {name: milliseconds for name, milliseconds in found if name.partition(".")[0] not in OURS}
