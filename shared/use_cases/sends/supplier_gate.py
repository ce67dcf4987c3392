"""The gate before a supplier, shared by all instances through the database."""

import time
from collections.abc import Callable

from msgspec import Struct

from shared.database.queries import suppliers
from shared.database.transactions import Database, Transaction, insist
from shared.domain import supplier_gate as rules
from shared.ports import Clock, SupplierPaused

LONGEST_WAIT_SECONDS = 20
"""Who would have to wait longer for the supplier's rate comes again later."""


class Gate(Struct, frozen=True):
    """`per_second`: what the supplier takes from all of UpUp. `sleep` waits in real seconds."""

    database: Database
    clock: Clock
    name: str
    per_second: float
    sleep: Callable[[float], None] = time.sleep

    def enter(self, number: int) -> None:
        """Before a call for so many messages: waits for the rate. Raises `SupplierPaused` while it is left in peace."""
        now = self.clock.now()

        def take(tx: Transaction) -> rules.Pass:
            asked = rules.ask(suppliers.lock(tx, self.name, now), now, number, self.per_second)
            if asked.wait_seconds is not None and asked.wait_seconds <= LONGEST_WAIT_SECONDS:
                suppliers.save(tx, self.name, asked.state)
            return asked

        asked = insist(self.database, take)
        if asked.wait_seconds is None or asked.wait_seconds > LONGEST_WAIT_SECONDS:
            raise SupplierPaused(self.name)
        if asked.wait_seconds:
            self.sleep(asked.wait_seconds)

    def leave(self, failed: bool, retry_after_seconds: float | None = None) -> None:
        """After the call: whether the supplier was away."""
        now = self.clock.now()

        def write(tx: Transaction) -> None:
            if not failed and suppliers.is_well(tx, self.name):
                return
            state = suppliers.lock(tx, self.name, now)
            if failed:
                suppliers.save(tx, self.name, rules.failed(state, now, retry_after_seconds))
            else:
                suppliers.save(tx, self.name, rules.succeeded(state))

        insist(self.database, write)
