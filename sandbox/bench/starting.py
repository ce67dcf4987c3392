"""From the start of a function's process to its first answer, against a bare function that imports as much.

The bare one loads the modules that the other had loaded when it had answered, all but our own: the interpreter's,
functions-framework's, and every library's. What is over is ours: our modules, settings, the database's first
connection, and the work itself. What is loaded is told by a start of its own (`-X importtime`), as telling takes time;
then both start by turns, one right after the other.
"""

from __future__ import annotations

import json
import os
import re
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

from msgspec import Struct

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
SECONDS = 230
"""For all of it: a slow machine makes fewer rounds."""
LEAST_MS = 5
"""Of a library that the table of imports names."""
HOST = "127.0.0.1"
OURS = ("shared", "functions", "main", "sandbox")
_BARE_WITH = Path(__file__).with_name("bare_with.py")
_IMPORT = re.compile(r"import time: +(\d+) \| +\d+ \| +(\S+)$", re.MULTILINE)
ONLY = os.environ.get("COLD_STARTS", "").split()
"""Names of functions; all where it is not set."""


class _Program(Struct, frozen=True):
    """What is started: `first` is what it is asked."""

    name: str
    source: Path
    settings: Mapping[str, str]
    first: Request


class _Pairs(Struct):
    """One function and its baseline, in seconds. `imports`: milliseconds that each module took by itself."""

    ours: _Program
    bare: _Program
    imports: Mapping[str, float]
    seconds: list[tuple[float, float]]

    def measure(self) -> None:
        self.seconds.append((_start(self.ours).seconds, _start(self.bare).seconds))

    @property
    def medians(self) -> tuple[float, float]:
        ours, bare = zip(*self.seconds, strict=True)
        return statistics.median(ours), statistics.median(bare)

    @property
    def result(self) -> Result:
        ours, bare = self.medians
        own = [milliseconds for module, milliseconds in self.imports.items() if _is_ours(module)]
        against = f"bare + its imports; {len(own)} modules of ours: {sum(own):.0f} ms"
        return Result(f"cold_start_{self.ours.name}", ours * 1000, "ms", bare * 1000, against, MOST)


def cold_starts() -> Sequence[Result]:
    """Each function once, and then all again, as the machine's own speed changes within minutes."""
    enough = time.monotonic() + SECONDS
    with running() as at:
        given = deliver(at)
        asker = Asker(given.run, given.company.cookie, given.staff_header(), given.send_id)
        table = functions_table.read(given.run.functions_table)
        all_pairs = [_pairs(given.run, one, asker) for one in table if not ONLY or one.name in ONLY]
        for pairs in all_pairs * (ROUNDS - 1):
            if time.monotonic() < enough:
                pairs.measure()
    print(_table([pairs.imports for pairs in all_pairs]))
    return [pairs.result for pairs in all_pairs]


def _pairs(run: Run, function: Function, asker: Asker) -> _Pairs:
    ours = _Program(function.name, Path(run.checkout) / "main.py", _settings(run, function), asker.request(function))
    imports = _start(ours, telling=True).imports
    loaded = " ".join(module for module in imports if not _is_ours(module))
    bare = _Program("bare", _BARE_WITH, {**os.environ, "BENCH_IMPORTS": loaded}, Request("GET", "/", {}))
    pairs = _Pairs(ours, bare, imports, [])
    pairs.measure()
    return pairs


def _settings(run: Run, function: Function) -> dict[str, str]:
    master: str = json.loads(run.stand_ins_file.read_text("utf-8"))["fingerprint_master"]
    itself = {"SANDBOX_CALLER": function.name, "DATABASE_USER": user_of(function.name)}
    return environment(run, Access.load(run.database_file), master) | itself


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in OURS


def _by_package(imports: Mapping[str, float]) -> dict[str, float]:
    """Milliseconds by library: `google` has several, which are told apart."""
    found: defaultdict[str, float] = defaultdict(float)
    for module, milliseconds in imports.items():
        parts = module.split(".")
        found[".".join(parts[:3] if module.startswith("google.cloud") else parts[:1])] += milliseconds
    return found


def _table(started: Sequence[Mapping[str, float]]) -> str:
    """The dearest first."""
    costs: defaultdict[str, list[float]] = defaultdict(list)
    for imports in started:
        for package, milliseconds in _by_package(imports).items():
            costs[package].append(milliseconds)
    rows = sorted(((statistics.median(times), name, len(times)) for name, times in costs.items()), reverse=True)
    lines = [
        f"  {name:<32} {cost:>6.0f} ms  in {functions} functions" for cost, name, functions in rows if cost >= LEAST_MS
    ]
    return "\n".join(["What each import costs by itself, the modules of a library (or of ours) together:", *lines])


class _Started(Struct, frozen=True):
    seconds: float
    imports: Mapping[str, float]


def _start(program: _Program, telling: bool = False) -> _Started:
    """Raises StartError where there is no answer, or one that says that something of ours is broken.

    `telling`: it says what it imports, which takes its time.
    """
    port, first = free_port(), program.first
    with tempfile.TemporaryDirectory(prefix="upup-bench-") as folder:
        log = Path(folder) / "function.log"
        command = [
            sys.executable,
            "-m",
            "functions_framework",
            "--target",
            program.name,
            "--source",
            str(program.source),
        ]
        env = {**program.settings, "FUNCTION_TARGET": program.name}
        if telling:
            env["PYTHONPROFILEIMPORTTIME"] = "1"
        started = time.perf_counter()
        child = processes.start([*command, "--host", HOST, "--port", str(port)], log, env, program.source.parent)
        try:
            status = _first_answer(port, first, started + START_SECONDS)
            seconds = time.perf_counter() - started
        finally:
            os.killpg(child.pid, signal.SIGKILL)  # gunicorn's own stop takes longer than its start
            child.wait()
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            said = processes.tail(log)
            raise StartError(f"{program.name} answered {status} to {first.method} {first.path}:\n{said}")
        return _Started(seconds, _imports(log.read_text("utf-8", "replace")))


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
    """Milliseconds that each module took by itself, in the order in which they were there."""
    return {name: int(microseconds) / 1000 for microseconds, name in _IMPORT.findall(log)}
