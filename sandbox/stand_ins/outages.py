"""Faults that no call asks for: what is down, and the database's trouble, decided anew every second."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import pymysql

from sandbox.mariadb import Administration
from sandbox.stand_ins.faults import Faults
from sandbox.stand_ins.pubsub import PubSub

log = logging.getLogger(__name__)

_DATABASE_PATIENCE_SECONDS = 20


class Switch(Protocol):
    """Something that can be away. Both may be called when it is so already."""

    def close(self) -> None: ...

    def open(self) -> None: ...


class PubSubSwitch:
    """A Pub/Sub that is away takes no message and pushes none."""

    def __init__(self, pubsub: PubSub, server: Switch) -> None:
        self._pubsub = pubsub
        self._server = server

    def close(self) -> None:
        self._pubsub.go_away()
        self._server.close()

    def open(self) -> None:
        self._server.open()
        self._pubsub.come_back()


class DatabaseSwitch:
    """Asks the supervisor, whose child MariaDB is, to stop and start it: down is when `down_file` is there.

    Returns when that has come true, or after 20 s, in which a supervisor that lives has done it.
    """

    def __init__(self, database: Administration, down_file: Path) -> None:
        self._database = database
        self._down_file = down_file

    def close(self) -> None:
        if not self._down_file.exists():
            self._database.statements()  # the last that is seen of them for a while
            self._down_file.touch()
            self._wait_until(False)

    def open(self) -> None:
        if self._down_file.exists():
            self._down_file.unlink()
            self._wait_until(True)

    def _wait_until(self, answers: bool) -> None:
        deadline = time.monotonic() + _DATABASE_PATIENCE_SECONDS
        while self._database.answers() != answers and time.monotonic() < deadline:
            time.sleep(0.05)


class Outages:
    """Takes providers down and brings them back: a `down` bites for a second, and then again or not."""

    def __init__(self, faults: Faults, switches: Mapping[str, Switch]) -> None:
        self._faults = faults
        self._switches = switches
        self._lock = threading.Lock()

    def look(self) -> None:
        """Decides for every provider; returns when each is as decided."""
        with self._lock:
            for provider, switch in self._switches.items():
                if self._faults.of(provider).bites("down"):
                    switch.close()
                else:
                    switch.open()


class DatabaseTrouble:
    """`error` cuts one connection of the product, in the middle of a transaction where there is one;
    `slow` lets all writing wait. Neither bites while the database is away or has no connection."""

    def __init__(self, faults: Faults, database: Administration) -> None:
        self._faults = faults.of("database")
        self._database = database

    def look(self) -> None:
        try:
            victims = self._database.busiest_connections()
            if victims and self._faults.bites("error"):
                self._database.kill(random.choice(victims))
            if victims and (seconds := self._faults.delay("slow")) is not None:
                self._database.block_writing(seconds)
        except pymysql.Error:
            pass  # it is down, restarting or busy: the next second is another chance


def every_second(look: Callable[[], None]) -> None:
    """Calls `look` from a thread of its own for as long as the process lives."""

    def work() -> None:
        while True:
            time.sleep(1)
            try:
                look()
            except Exception:  # whatever it was, what is down must come back
                log.exception("a fault's own trouble")

    threading.Thread(target=work, name="faults", daemon=True).start()
