"""One function in a process of its own, served as in the cloud; and a function that does nothing, served likewise."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from sandbox import functions_table, processes
from sandbox.mariadb import Access
from sandbox.processes import StartError, free_port
from sandbox.run import Run
from sandbox.settings import environment
from shared.database.grants import user_of

START_SECONDS = 60
_BARE = Path(__file__).with_name("bare.py")
_RESET_PEAK = "5"


@dataclass(frozen=True)
class Served:
    """Where the function answers with how many threads, and the process of gunicorn's master."""

    url: str
    pid: int
    threads: int

    @property
    def worker(self) -> int:
        """The process that answers."""
        return int(Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text("ascii").split()[0])

    def peak_mb(self) -> float:
        """The most that the worker has held since `forget_peak`."""
        lines = Path(f"/proc/{self.worker}/status").read_text("ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) / 1024

    def forget_peak(self) -> None:
        Path(f"/proc/{self.worker}/clear_refs").write_text(_RESET_PEAK, "ascii")


@contextmanager
def function(run: Run, name: str, **settings: str) -> Iterator[Served]:
    """A function of the running sandbox, with the threads and connections of its instance; `settings` go before."""
    row = next(row for row in functions_table.read(run.functions_table) if row.name == name)
    master: str = json.loads(run.stand_ins_file.read_text("utf-8"))["fingerprint_master"]
    itself = {
        "SANDBOX_CALLER": name,
        "DATABASE_USER": user_of(name),
        "DATABASE_CONNECTIONS": str(row.connections),
        "CLOCK_OFFSET_FILE": "",  # read for each request, and never in the cloud
        **settings,
    }
    everything = environment(run, Access.load(run.database_file), master) | itself
    with _serving(name, Path(run.checkout) / "main.py", row.concurrency, everything) as served:
        yield served


@contextmanager
def bare(threads: int) -> Iterator[Served]:
    """What functions-framework alone costs."""
    with _serving("bare", _BARE, threads, os.environ) as served:
        yield served


@contextmanager
def _serving(name: str, source: Path, threads: int, env: Mapping[str, str]) -> Iterator[Served]:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="upup-bench-") as folder:
        log = Path(folder) / "function.log"
        command = [sys.executable, "-m", "functions_framework", "--target", name, "--source", str(source)]
        command += ["--host", "127.0.0.1", "--port", str(port)]
        itself = {"FUNCTION_TARGET": name, "THREADS": str(threads)}
        child = processes.start(command, log, {**env, **itself}, source.parent)
        try:
            _wait(f"http://127.0.0.1:{port}/", log)
            yield Served(f"http://127.0.0.1:{port}", child.pid, threads)
        finally:
            processes.stop(child)


def _wait(url: str, log: Path) -> None:
    """Until anything is answered, were it that there is nothing at this address."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(requests.ConnectionError):
            requests.get(url, timeout=START_SECONDS)
            return
        time.sleep(0.05)
    raise StartError(f"the function did not start:\n{processes.tail(log)}")
