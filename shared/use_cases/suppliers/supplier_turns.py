"""How many calls a supplier gets at once, shared by all instances through the database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from msgspec import Struct

from shared.database.queries import suppliers
from shared.database.transactions import Database, DatabaseAway, insist
from shared.domain.errors import SameMoment
from shared.ports import Clock, SupplierUnavailable

LONGEST_CALL = timedelta(minutes=2)
"""Then the call's worker is taken for dead, and its turn is free again."""

PAUSE_SECONDS = 0.05


class SharedTurns(Struct, frozen=True):
    """The rows of `supplier_turns` are the turns. `sleep` waits in real seconds."""

    database: Database
    clock: Clock
    name: str
    longest_wait_seconds: float
    sleep: Callable[[float], None] = time.sleep

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Around one call. Raises `SupplierUnavailable` where none became free in time."""
        turn, until = self._wait_for_one()
        try:
            yield
        finally:
            with suppress(DatabaseAway, SameMoment), self.database.transaction() as tx:  # else its time runs out
                suppliers.give_turn_back(tx, self.name, turn, until, self.clock.now())

    def _wait_for_one(self) -> tuple[int, datetime]:
        """A turn, and until when it is ours."""
        waited = 0.0
        while (taken := self._take(self.clock.now())) is None:
            if waited >= self.longest_wait_seconds:
                raise SupplierUnavailable("too many calls at once")
            self.sleep(PAUSE_SECONDS)
            waited += PAUSE_SECONDS
        return taken

    def _take(self, now: datetime) -> tuple[int, datetime] | None:
        until = now + LONGEST_CALL
        turn = insist(self.database, lambda tx: suppliers.take_turn(tx, self.name, now, until))
        return None if turn is None else (turn, until)
