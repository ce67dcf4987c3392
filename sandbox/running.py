"""A sandbox in a process of its own, for programs that use it from outside: the demo and end-to-end tests."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sandbox import processes
from sandbox.machine import CHECKOUT, START_SECONDS
from sandbox.processes import StartError, free_port


@dataclass(frozen=True)
class Addresses:
    """Where a running sandbox answers."""

    web: str
    console: str


@contextmanager
def running(environment: Mapping[str, str] | None = None) -> Iterator[Addresses]:
    """Starts a sandbox on free ports and stops it at the end; raises StartError if it does not come up.

    `environment`: what goes before this process's own.
    """
    port, console_port = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="upup-") as folder:
        log = Path(folder) / "sandbox.log"
        env = {**os.environ, **(environment or {})}
        options = ["--port", str(port), "--console-port", str(console_port)]
        child = processes.start([sys.executable, "-m", "sandbox", "up", *options], log, env, CHECKOUT)
        try:
            deadline = time.monotonic() + START_SECONDS
            while "ready\n" not in log.read_text("utf-8"):
                if child.poll() is not None or time.monotonic() > deadline:
                    raise StartError(f"the sandbox did not start:\n{processes.tail(log)}")
                time.sleep(0.02)
            yield Addresses(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{console_port}")
        finally:
            processes.stop(child, seconds=30)
