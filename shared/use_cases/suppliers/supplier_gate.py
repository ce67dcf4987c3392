"""The gate before a supplier, shared by all instances through the database."""

import time
from collections.abc import Callable, Sequence

from msgspec import Struct

from shared.database.queries import suppliers
from shared.database.transactions import Database, Transaction, insist
from shared.domain import supplier_gate as rules
from shared.ports import LEFT, Clock, SmsOutcome, SmsResult, SupplierPaused

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

        def take_unlocked(tx: Transaction) -> rules.Pass | None:
            """Of a supplier that is well, where nobody else asks at the same moment: most of the time."""
            state = suppliers.read(tx, self.name)
            if state is None or state.failures or state.blocked_until is not None:
                return None
            asked = rules.ask(state, now, number, self.per_second)
            return asked if _may_begin(asked) and suppliers.swap(tx, self.name, state, asked.state) else None

        def take(tx: Transaction) -> rules.Pass:
            asked = rules.ask(suppliers.lock(tx, self.name, now), now, number, self.per_second)
            if _may_begin(asked):
                suppliers.save(tx, self.name, asked.state)
            return asked

        asked = insist(self.database, take_unlocked) or insist(self.database, take)
        if not _may_begin(asked):
            raise SupplierPaused(self.name)
        if asked.wait_seconds:
            self.sleep(asked.wait_seconds)

    def leave_after(self, results: Sequence[SmsResult]) -> None:
        """After a call for SMS: whether the supplier was away, by what became of them."""
        tried = [one for one in results if one != LEFT]
        away = [one for one in tried if one.outcome is SmsOutcome.NOT_TRIED]
        answered = any(one.outcome in (SmsOutcome.SENT, SmsOutcome.REFUSED) for one in tried)
        pauses = [one.retry_after_seconds for one in away if one.retry_after_seconds is not None]
        self.leave(bool(away) or bool(tried and not answered), max(pauses, default=None))

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


def _may_begin(asked: rules.Pass) -> bool:
    return asked.wait_seconds is not None and asked.wait_seconds <= LONGEST_WAIT_SECONDS
