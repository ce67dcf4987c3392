"""The supervisor: starts every process of the sandbox in order, keeps them alive, and leaves none behind."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox import processes
from sandbox.clock import SandboxClock
from sandbox.functions_table import KINDS, Kind, TableError, read
from sandbox.mariadb import MariaDb
from sandbox.mariadb import connect as connect_as_administrator
from sandbox.processes import StartError
from sandbox.run import DATABASE, Run, RunFolder
from sandbox.settings import environment
from sandbox.warm import Program
from shared.database import grants
from shared.database.connection import connect
from shared.database.migrate import migrate
from shared.settings import DatabaseSettings

CHECKOUT = Path(__file__).resolve().parent.parent
START_SECONDS = 120


class Machine:
    """One sandbox: started by `with`, all of it stopped and its folder removed at the end.

    Use it from a thread that outlives it (see `processes.start`).
    """

    def __init__(self, web_port: int, console_port: int, checkout: Path = CHECKOUT) -> None:
        self._web_port, self._console_port = web_port, console_port
        self._checkout = checkout
        self._hosts: dict[Kind, Program] = {}
        self._stand_ins: Program | None = None
        self._database: MariaDb | None = None
        self._folder: RunFolder | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self) -> None:
        self._refuse_taken_ports()
        self._refuse_malformed_table()
        self._folder = RunFolder(self._checkout / ".sandbox")
        self.run = Run(str(self._checkout), str(self._folder.path), self._web_port, self._console_port)
        self.run.save()
        SandboxClock(self.run.clock_file).set_to_ten_in_stockholm()
        self._database = MariaDb(self.run.database_folder, self.run.database_port)
        self._database.access.save(self.run.database_file)
        self._stand_ins = self._start_stand_ins()  # comes up while the database does
        self._database.start()
        self._database.create_database(DATABASE)
        self._migrate()
        self._grant()
        self._environment = environment(self.run, self._database.access, self._fingerprint_master())
        self._hosts = {kind: self._start_host(kind) for kind in KINDS}
        self._fill_stock()  # while the hosts come up
        for kind in KINDS:
            self._wait_for_host(kind, f"http://127.0.0.1:{self._host_port(kind)}/healthz")
        self._wait_for_host("http", f"{self.run.public_url}/v1/plans")

    def watch(self) -> None:
        """Starts again at once each function host that ends, as Cloud Run does, and the database, as Cloud SQL
        does, which it also stops and starts as the stand-ins' faults want. Never returns by itself.

        Raises StartError when the stand-ins end, without which nothing can go on, or the database does not start.
        """
        while True:
            for kind, host in self._hosts.items():
                if host.ended_with is not None:
                    print(f"the {kind} functions ended with {host.ended_with}: started again", flush=True)
                    self._hosts[kind] = self._start_host(kind)
            self._require_stand_ins()
            self._keep_database()
            time.sleep(0.1)

    def _keep_database(self) -> None:
        if self._database is None:
            return
        if self.run.database_down_file.exists():
            if self._database.is_running():
                print("the database is taken down by a fault", flush=True)
                self._database.stop()
        elif not self._database.is_running():
            self._database.start_again()
            print("the database is started again", flush=True)

    def stop(self) -> None:
        """Ends every process and removes the run's folder; harmless when called again."""
        children = [*self._hosts.values(), *([self._stand_ins] if self._stand_ins else [])]
        for child in children:
            child.terminate()
        for child in children:
            child.stop()
        self._hosts, self._stand_ins = {}, None
        if self._database is not None:
            self._database.stop()
        if self._folder is not None:
            self._folder.remove()

    def _refuse_taken_ports(self) -> None:
        for name, port in (("PORT", self._web_port), ("CONSOLE_PORT", self._console_port)):
            if not processes.port_is_free(port):
                raise StartError(f"port {port} is taken: stop what uses it, or choose another with {name}=")

    def _refuse_malformed_table(self) -> None:
        try:
            read(self._checkout / "infra" / "functions.yaml")
        except TableError as error:
            raise StartError(f"infra/functions.yaml cannot be used: {error}") from error

    def _migrate(self) -> None:
        access = self._database.access if self._database else None
        assert access is not None  # noqa: S101
        settings = DatabaseSettings(
            database_name=DATABASE,
            database_user=access.user,
            database_address=access.address,
            database_password=access.password,
        )
        with connect(settings) as connection:
            migrate(connection)

    def _grant(self) -> None:
        """Each function logs in as itself, with the rights that it has in production."""
        assert self._database is not None  # noqa: S101
        functions = grants.asking_functions(self._checkout / "functions")
        self._database.create_users(map(grants.user_of, functions))
        with connect_as_administrator(self._database.access, DATABASE) as connection:
            grants.grant(connection, functions)

    def _fill_stock(self) -> None:
        log = self.run.path / "logs" / "stock.log"
        if Program("sandbox.stock", (), log, self._environment).wait(START_SECONDS) != 0:
            raise StartError(f"the stock of codes could not be filled:\n{processes.tail(log)}")

    def _start_stand_ins(self) -> Program:
        return Program("sandbox.stand_ins", (str(self.run.file),), self.run.stand_ins_log)

    def _fingerprint_master(self) -> str:
        """Waits for the stand-ins and returns the master that their key service has wrapped."""

        def ready() -> bool:
            self._require_stand_ins()
            return self.run.stand_ins_file.exists()

        _wait(ready, "the stand-ins", lambda: processes.tail(self.run.stand_ins_log))
        wrapped: str = json.loads(self.run.stand_ins_file.read_text("utf-8"))["fingerprint_master"]
        return wrapped

    def _require_stand_ins(self) -> None:
        if self._stand_ins is not None and self._stand_ins.ended_with is not None:
            raise StartError(f"the stand-ins ended:\n{processes.tail(self.run.stand_ins_log)}")

    def _host_port(self, kind: Kind) -> int:
        run = self.run
        ports = {
            "http": run.web_port,
            "pubsub": run.pubsub_functions_port,
            "schedule": run.schedule_functions_port,
        }
        return ports[kind]

    def _start_host(self, kind: Kind) -> Program:
        arguments = (kind, str(self._host_port(kind)), str(self._checkout))
        host = Program("sandbox.functions_host", arguments, self.run.function_logs / f"{kind}.log", self._environment)
        self.run.host_file(kind).write_text(str(host.pid), "ascii")
        return host

    def _wait_for_host(self, kind: Kind, url: str) -> None:
        def answers() -> bool:
            if self._hosts[kind].ended_with is not None:
                raise StartError(f"the {kind} functions did not start:\n{self._host_log(kind)}")
            return _answers(url)

        _wait(answers, f"GET {url}", lambda: self._host_log(kind))

    def _host_log(self, kind: Kind) -> str:
        return processes.tail(self.run.function_logs / f"{kind}.log")


def _wait(happened: Callable[[], bool], what: str, log: Callable[[], str] = lambda: "") -> None:
    deadline = time.monotonic() + START_SECONDS
    while not happened():
        if time.monotonic() > deadline:
            raise StartError(f"{what} did not answer within {START_SECONDS} s\n{log()}")
        time.sleep(0.02)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  # our own loopback address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
