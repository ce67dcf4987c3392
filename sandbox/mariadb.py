"""A private MariaDB under a folder: started for one sandbox or one test run, gone with it."""

from __future__ import annotations

import fcntl
import getpass
import json
import os
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymysql
from pymysql.connections import Connection
from pymysql.cursors import Cursor

from sandbox.processes import StartError, free_port, start, stop, tail

HOST = "127.0.0.1"
TEMPLATE = Path(__file__).resolve().parent.parent / ".sandbox" / "mariadb-template"
_SETTINGS = (
    "--no-defaults",
    f"--bind-address={HOST}",
    "--skip-name-resolve",
    "--socket=s.sock",  # relative to the data folder: a path would soon be longer than a socket's name may be
    "--log-bin=binlog",
    "--binlog-format=ROW",
    "--binlog-row-image=MINIMAL",
    "--binlog-annotate-row-events=OFF",  # as on MySQL: the text of a statement stays out of the log
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_unicode_ci",
    "--transaction-isolation=READ-COMMITTED",
    "--log-bin-trust-function-creators=ON",  # lets the product's user make triggers, as on Cloud SQL
    "--local-infile=0",
    "--max-allowed-packet=64M",
    "--max-connections=1000",
    "--innodb-buffer-pool-size=256M",
    "--innodb-log-file-size=64M",
    # As durable as a sandbox needs: what was committed survives the server's death, not the machine's.
    "--innodb-flush-log-at-trx-commit=2",
    "--sync-binlog=0",
)


@dataclass(frozen=True)
class Access:
    """How to reach a running server: the product's user, and the sandbox's own that may do all."""

    port: int
    folder: str
    user: str
    password: str
    admin_password: str
    admin: str = "sandbox"

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def save(self, file: Path) -> None:
        file.touch(mode=0o600)
        file.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def load(cls, file: Path) -> Self:
        return cls(**json.loads(file.read_text("utf-8")))


class MariaDb:
    """A server with its data in `folder`, which must not exist or be empty; running inside `with`.

    `template` is an initialised data folder to copy, made at first use.
    """

    def __init__(self, folder: Path, port: int | None = None, template: Path = TEMPLATE) -> None:
        self.folder = folder.resolve()
        self.log = self.folder / "mariadb.log"
        self.access = Access(
            port=port or free_port(),
            folder=str(self.folder / "data"),
            user="upup",
            password=secrets.token_urlsafe(18),
            admin_password=secrets.token_urlsafe(18),
        )
        self._template = template
        self._process: subprocess.Popen[bytes] | None = None

    address = property(lambda self: self.access.address)
    user = property(lambda self: self.access.user)
    password = property(lambda self: self.access.password)

    def start(self) -> None:
        """Returns when the server answers; raises StartError with the end of its log if it never does."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        data = Path(self.access.folder)
        _copy_template(self._template, data, self.log)
        first_words = self.folder / "first.sql"
        first_words.write_text(_first_words(self.access), "utf-8")
        self._launch(f"--init-file={first_words}")

    def start_again(self) -> None:
        """After it was stopped or has ended: on the same data and port. Returns and raises as `start`."""
        self._launch()

    def _launch(self, *options: str) -> None:
        temporary = self.folder / "tmp"  # a server that starts clears it: in /tmp it would take another one's tables
        temporary.mkdir(exist_ok=True)
        command = [_program("mariadbd"), *_SETTINGS, *_as_root(), f"--datadir={self.access.folder}"]
        command.append(f"--tmpdir={temporary}")
        self._process = start([*command, f"--port={self.access.port}", *options], self.log)
        self._wait_until_it_answers()

    def _wait_until_it_answers(self, seconds: float = 30) -> None:
        process, deadline = self._process, time.monotonic() + seconds
        assert process is not None  # noqa: S101
        while process.poll() is None and time.monotonic() < deadline:
            try:
                connect(self.access).close()
                return
            except pymysql.OperationalError:
                time.sleep(0.02)
        self.stop()
        raise StartError(f"MariaDB did not start:\n{tail(self.log)}")

    def stop(self) -> None:
        if self._process is not None:
            stop(self._process)
            self._process = None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def create_database(self, name: str) -> None:
        """An empty database in which the product's user may do everything."""
        with connect(self.access) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE `{name}`")
            cursor.execute(f"GRANT ALL ON `{name}`.* TO `{self.access.user}`@`{HOST}`")

    def create_users(self, names: Iterable[str]) -> None:
        """With the product's password, and no rights: Cloud SQL makes one of each service account."""
        with connect(self.access) as connection, connection.cursor() as cursor:
            for name in names:
                cursor.execute("CREATE USER IF NOT EXISTS %s@'%%' IDENTIFIED BY %s", (name, self.access.password))


class Administration:
    """What the sandbox does with a running server, from any process: dumps, binary logs, counters."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._lock = threading.Lock()
        self._connection: Connection[Cursor] | None = None
        self._statements = _Counter()
        self._closed_file = Path(access.folder).parent / "binary_logs_closed.json"

    def dump(self, database: str) -> str:
        """All of a database as SQL; binary columns as hex, so that a search sees them."""
        return self._run("mariadb-dump", "--single-transaction", "--hex-blob", "--routines", database)

    def binary_logs(self) -> str:
        """Every binary log that remains, rows decoded."""
        files = [str(Path(self.access.folder) / name) for name in self._log_names()]
        command = [_program("mariadb-binlog"), "--no-defaults", "-v", "--base64-output=DECODE-ROWS", *files]
        return subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")

    def rotate(self, now: datetime) -> None:
        """Closes the present binary log and remembers that this was at `now`."""
        self._query("FLUSH BINARY LOGS")
        *closed, _present = self._log_names()
        known = self._closed()
        self._closed_file.write_text(json.dumps({name: known.get(name, now.isoformat()) for name in closed}))

    def purge(self, now: datetime, keep: timedelta = timedelta(days=7)) -> None:
        """Deletes the binary logs that were closed more than `keep` before `now`.

        The server keeps a log until what it describes is on disk, which it sees to once a second:
        so this waits for that, and raises TimeoutError if it does not come.
        """
        first_kept = self._first_kept(now - keep)
        deadline = time.monotonic() + 10
        while self._log_names()[0] != first_kept:
            if time.monotonic() > deadline:
                raise TimeoutError("MariaDB does not delete its old binary logs")
            self._query("PURGE BINARY LOGS TO %s", first_kept)
            time.sleep(0.02)

    def statements(self) -> int:
        """Statements the server has been sent since its first start, but for those that this object sent.

        While the server is down: as many as were last seen.
        """
        try:
            rows = self._query(
                "SELECT CAST(everybody.variable_value AS UNSIGNED) - CAST(own.variable_value AS UNSIGNED)"
                " FROM information_schema.global_status everybody JOIN information_schema.session_status own"
                " USING (variable_name) WHERE variable_name = 'QUESTIONS'"
            )
        except pymysql.Error:
            return self._statements.total
        return self._statements.see(int(rows[0][0]))

    def answers(self) -> bool:
        """Whether the server is up."""
        try:
            self._query("SELECT 1")
        except pymysql.Error:
            return False
        return True

    def busiest_connections(self) -> list[int]:
        """The product's connections that are in a transaction, or all of them when none is."""
        rows = self._query(
            "SELECT id, trx_id IS NOT NULL FROM information_schema.processlist"
            " LEFT JOIN information_schema.innodb_trx ON trx_mysql_thread_id = id"
            " WHERE user NOT IN (%s, 'system user', 'event_scheduler', 'unauthenticated user')",
            self.access.admin,
        )
        return [row[0] for row in rows if row[1]] or [row[0] for row in rows]

    def kill(self, connection_id: int) -> None:
        """Cuts a connection, and what it was doing is rolled back; nothing when it has gone by itself."""
        with suppress(pymysql.OperationalError):
            self._query("KILL CONNECTION %s", connection_id)

    def block_writing(self, seconds: float) -> None:
        """Lets every write and commit wait so long; raises pymysql.Error if one under way does not end first."""
        with connect(self.access) as connection, connection.cursor() as cursor:
            cursor.execute("SET SESSION lock_wait_timeout = 2")
            cursor.execute("FLUSH TABLES WITH READ LOCK")
            time.sleep(seconds)

    def _first_kept(self, limit: datetime) -> str:
        closed = self._closed()
        names = self._log_names()
        return next(name for name in names if name not in closed or datetime.fromisoformat(closed[name]) >= limit)

    def _log_names(self) -> list[str]:
        return [row[0] for row in self._query("SHOW BINARY LOGS")]

    def _query(self, statement: str, *values: str | int) -> tuple[tuple[Any, ...], ...]:
        with self._lock:
            try:
                return self._ask(statement, values)
            except (pymysql.OperationalError, pymysql.InterfaceError):
                self._connection = None
                return self._ask(statement, values)  # the server may have been restarted since

    def _ask(self, statement: str, values: Sequence[str | int]) -> tuple[tuple[Any, ...], ...]:
        # One kept connection, so that the server can tell these statements from the product's.
        if self._connection is None:
            self._connection = connect(self.access)
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def _closed(self) -> dict[str, str]:
        if not self._closed_file.exists():
            return {}
        closed: dict[str, str] = json.loads(self._closed_file.read_text())
        return closed

    def _run(self, program: str, *arguments: str) -> str:
        access = self.access
        command = [_program(program), "--no-defaults", f"--host={HOST}", f"--port={access.port}"]
        command += [f"--user={access.admin}", *arguments]
        env: Mapping[str, str] = {**os.environ, "MYSQL_PWD": access.admin_password}
        done = subprocess.run(command, env=env, check=True, capture_output=True)
        return done.stdout.decode("utf-8", "replace")


class _Counter:
    """Adds up a number that begins at nothing again whenever the server does."""

    def __init__(self) -> None:
        self._before_restarts = self._seen = 0

    @property
    def total(self) -> int:
        return self._before_restarts + self._seen

    def see(self, number: int) -> int:
        if number < self._seen:
            self._before_restarts += self._seen
        self._seen = number
        return self.total


def connect(access: Access, database: str | None = None) -> Connection[Cursor]:
    """A connection of the sandbox's own user, committing by itself."""
    return pymysql.connect(
        host=HOST,
        port=access.port,
        user=access.admin,
        password=access.admin_password,
        database=database,
        autocommit=True,
        ssl_disabled=True,  # a context takes 20 ms to make, and nothing leaves the machine
    )


def _first_words(access: Access) -> str:
    # Replaces the users that an installation starts with, which anyone on the machine could be.
    statements = [
        "DELETE FROM mysql.global_priv WHERE User IN ('root', '')",
        "FLUSH PRIVILEGES",
        f"CREATE USER '{access.admin}'@'{HOST}' IDENTIFIED BY '{access.admin_password}'",
        f"GRANT ALL ON *.* TO '{access.admin}'@'{HOST}' WITH GRANT OPTION",
        f"CREATE USER '{access.user}'@'{HOST}' IDENTIFIED BY '{access.password}'",
    ]
    return ";\n".join(statements) + ";\n"


def _copy_template(template: Path, data: Path, log: Path) -> None:
    """A fresh data folder: copied from one that was initialised once, which is several times faster."""
    template.parent.mkdir(parents=True, exist_ok=True)
    with template.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            _initialise(template, log)
    subprocess.run(["cp", "-r", "--sparse=always", "--reflink=auto", template, data], check=True)


def _initialise(template: Path, log: Path) -> None:
    draft = template.with_suffix(".draft")
    shutil.rmtree(draft, ignore_errors=True)
    command = [
        _program("mariadb-install-db"),
        "--no-defaults",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        "--force",  # also where the host cannot look up its own name, as in some containers
        "--innodb-log-file-size=64M",
        f"--datadir={draft}",
        *_as_root(),
    ]
    with log.open("ab") as output:
        if subprocess.run(command, stdout=output, stderr=output).returncode:
            raise StartError(f"MariaDB could not be initialised:\n{tail(log)}")
    draft.rename(template)


def _as_root() -> list[str]:
    return ["--user=root"] if getpass.getuser() == "root" else []


def _program(name: str) -> str:
    # Debian keeps servers in /usr/sbin, which is not on an ordinary user's path.
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None:
        raise StartError(f"{name} is not installed: run `sh sandbox/install.sh`")
    return path
