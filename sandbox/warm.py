"""The sandbox's own programs, forked from a process that has imported their libraries once, at half a second each."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import runpy
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path

# None starts a thread or opens a channel when it is imported. Nothing of ours: what is served is read anew each time.
LIBRARIES = (
    "cronsim",
    "cryptography.hazmat.primitives.ciphers.aead",
    "dbutils.pooled_db",
    "functions_framework",
    "google.cloud.kms",
    "google.pubsub_v1",
    "gunicorn.app.base",
    "gunicorn.workers.gthread",
    "opentelemetry.sdk.trace",
    "phonenumbers",
    "pydantic",
    "pymysql",
    "requests",
    "waitress",
    "yaml",
)
_PR_SET_PDEATHSIG = 1


class Program:
    """`python -m module arguments…` with its output appended to `log`, and no environment but `env` where it is given.

    Ends with the process that started it. It has a session of its own, as those of `processes.start` have.
    """

    def __init__(self, module: str, arguments: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(LIBRARIES))
        given = dict(os.environ if env is None else env)
        self._process: ForkServerProcess = context.Process(
            target=_become, args=(module, tuple(arguments), str(log), given), daemon=True
        )
        self._process.start()
        self.pid = self._process.pid or 0

    @property
    def ended_with(self) -> int | None:
        """Its status, or less than 0 for the signal that ended it; None while it runs."""
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self, seconds: float) -> int | None:
        self._process.join(seconds)
        return self.ended_with

    def stop(self, seconds: float = 10) -> None:
        """Asks it to end, insists after `seconds`, and returns when it and all of its session have ended."""
        self.terminate()
        if self.wait(seconds) is None:
            self._process.kill()
            self._process.join()
        kill_session(self.pid)


def kill_session(leader: int) -> bool:
    """SIGKILL to a program and all that it started; False when there is none."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
        return True
    return False


def _become(module: str, arguments: tuple[str, ...], log: str, env: dict[str, str]) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setsid()
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.dup2(output, 1)
    os.dup2(output, 2)
    # Among them what tells the fork server that somebody may still need it: it is to end with who started it.
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(env)
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)
