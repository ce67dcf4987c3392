"""The supervisor, with a tiny product: start, restart, stop, and what it says when it cannot."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from sandbox import processes
from sandbox.machine import CHECKOUT, Machine
from sandbox.processes import StartError, free_port
from sandbox.run import RunFolder
from tests.sandbox.conftest import until

EXAMPLE = Path(__file__).parent / "example"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "checkout"))


@contextmanager
def up(checkout: Path, port: int, console_port: int) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """The supervisor and its output; killed at the end if it still runs."""
    log = checkout / "up.log"
    options = ["--port", str(port), "--console-port", str(console_port), "--checkout", str(checkout)]
    child = processes.start([sys.executable, "-m", "sandbox", "up", *options], log, cwd=CHECKOUT)
    try:
        yield child, log
    finally:
        processes.stop(child, seconds=60)


def descendants(pid: int) -> set[int]:
    """The process's children, theirs, and so on."""
    parents = {
        int(entry.name): parent for entry in Path("/proc").glob("[0-9]*") if (parent := status(int(entry.name))[1])
    }
    found: set[int] = set()
    while new := {child for child, parent in parents.items() if parent in found | {pid}} - found:
        found |= new
    return found


def is_alive(pid: int) -> bool:
    return status(pid)[0] not in ("Z", "")


def status(pid: int) -> tuple[str, int]:
    """A process's state and its parent's id; nothing and 0 when it has ended."""
    try:
        state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return state, int(parent)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_nothing_keeps_running(checkout: Path, number: signal.Signals) -> None:
    port = free_port()
    with up(checkout, port, free_port()) as (child, log):
        until(lambda: "ready\n" in log.read_text(), seconds=120)
        assert requests.get(f"http://127.0.0.1:{port}/v1/plans", timeout=30).ok
        started = descendants(child.pid)
        assert len(started) >= 8, "MariaDB, the stand-ins, and a master and a worker for each kind of function"
        child.send_signal(number)
        code = child.wait(60)
        until(lambda: not any(is_alive(pid) for pid in started), seconds=60)
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    if number != signal.SIGKILL:
        assert list((checkout / ".sandbox").glob("run-*")) == []
        assert processes.port_is_free(port)


def test_a_host_that_dies_comes_back_and_two_sandboxes_run_side_by_side(checkout: Path) -> None:
    first, second = free_port(), free_port()
    with up(checkout, first, free_port()) as (_, log), Machine(second, free_port(), checkout) as machine:
        until(lambda: "ready\n" in log.read_text(), seconds=120)
        url = f"http://127.0.0.1:{first}"
        before = requests.get(f"{url}/v1/plans", timeout=30).json()
        assert before["target"] == "plans"
        with suppress(requests.ConnectionError):  # the worker may end before it has answered
            requests.get(f"{url}/v1/crash", timeout=30)
        until(lambda: answered(f"{url}/v1/plans", before["process"]), seconds=60)
        assert "the http functions ended with -9: started again" in log.read_text()
        assert requests.get(f"{machine.run.public_url}/v1/plans", timeout=30).json()["target"] == "plans"
        assert requests.get(f"{machine.run.console_url}/api/clock", timeout=30).ok


def answered(url: str, not_by: int) -> bool:
    try:
        return bool(requests.get(url, timeout=30).json()["process"] != not_by)
    except requests.RequestException:
        return False


def test_a_message_reaches_its_function_and_its_log_is_in_the_dump(checkout: Path) -> None:
    with Machine(free_port(), free_port(), checkout) as machine:
        push = {
            "message": {"data": "aGVqIQ==", "messageId": "1", "publishTime": "2026-11-23T09:00:00Z", "attributes": {}},
            "subscription": "projects/upup-sandbox/subscriptions/listen",
        }
        url = f"http://127.0.0.1:{machine.run.pubsub_functions_port}/listen"
        assert requests.post(url, json=push, timeout=30).ok
        run = requests.post(f"{machine.run.console_url}/api/schedule/run", json={"function": "job"}, timeout=30)
        assert run.json() == {"function": "job", "status": 200}
        dump = requests.get(f"{machine.run.console_url}/api/dump", timeout=30).text
        assert "heard aGVqIQ==" in dump
        assert "the job ran" in dump


@pytest.mark.parametrize("name", ["PORT", "CONSOLE_PORT"])
def test_a_taken_port_is_named_and_how_to_choose_another(checkout: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        web, console = (port, free_port()) if name == "PORT" else (free_port(), port)
        with pytest.raises(StartError, match=f"{port} is taken.*{name}="), Machine(web, console, checkout):
            pass
    assert not list((checkout / ".sandbox").glob("run-*"))


def test_functions_that_do_not_start_are_told_of_with_the_end_of_their_log(checkout: Path) -> None:
    (checkout / "main.py").write_text("raise SystemExit('DATABASE_NAME is missing')")
    with (
        pytest.raises(StartError, match=r"(?s)functions did not start.*DATABASE_NAME is missing"),
        Machine(free_port(), free_port(), checkout),
    ):
        pass
    assert not list((checkout / ".sandbox").glob("run-*"))


def test_a_malformed_table_of_functions_is_told_of(checkout: Path) -> None:
    (checkout / "infra" / "functions.yaml").write_text("functions: {plans: {}}")
    with pytest.raises(StartError, match="plans: the trigger"), Machine(free_port(), free_port(), checkout):
        pass


def test_a_folder_that_a_killed_run_left_is_removed_and_one_in_use_is_not(tmp_path: Path) -> None:
    in_use = RunFolder(tmp_path)
    abandoned = tmp_path / "run-abandoned"
    abandoned.mkdir()
    (abandoned / "lock").touch()
    another = RunFolder(tmp_path)
    assert {folder.name for folder in tmp_path.iterdir()} == {in_use.path.name, another.path.name}
    assert os.access(in_use.path, os.R_OK)
