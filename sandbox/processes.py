"""Child processes that write to a log, end with their parent, and never stay behind; and loopback ports."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

# A program and no `preexec_fn`: that would run Python in a fork of this process, which gRPC's threads do not survive.
_END_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM")
# Below the kernel's own range (32768 and up), where an outgoing connection could take the port first.
_PORTS = range(20_000, 32_000)
# Between choosing a port and listening on it seconds pass, in which another sandbox may be choosing its own.
_RESERVED: list[socket.socket] = []


class StartError(Exception):
    """Something of the sandbox did not start; the message is for the person at the keyboard."""


def start(
    command: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Starts a child whose output is appended to `log`.

    Call it from a thread that lives as long as the child should: the kernel ends the child with it.
    The child has a session of its own, so that Ctrl-C reaches the parent only, which stops it in order.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            [*_END_WITH_PARENT, *(str(part) for part in command)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
        )


def stop(child: subprocess.Popen[bytes], seconds: float = 10) -> None:
    """Asks the child to end, insists after `seconds`, and returns when it and all of its session have ended."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def tail(log: Path, lines: int = 25) -> str:
    """The last lines of a log, or a note that there is none."""
    if not log.exists():
        return "(no log)"
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:]) or "(empty log)"


def free_port() -> int:
    """A loopback port that nothing listens on, and that no other call gives out while this process lives."""
    while not (_reserve(port := random.choice(_PORTS)) and port_is_free(port)):
        pass
    return port


def _reserve(port: int) -> bool:
    """Takes a name that the kernel gives to one process of the machine at a time, and frees when that ends."""
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0upup-port-{port}")
    except OSError:
        mark.close()
        return False
    _RESERVED.append(mark)
    return True


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
