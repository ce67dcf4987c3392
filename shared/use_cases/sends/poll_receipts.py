"""Receipts that Lekab's callbacks missed are asked for: what was sent an hour ago and has no last word yet."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from msgspec import Struct

from shared.database.queries import cursors, unreported
from shared.database.queries.unreported import Extra, Unreported
from shared.database.transactions import Database, Transaction
from shared.ports import Clock, Receipt, SmsReports, SupplierPaused, SupplierUnavailable
from shared.privacy.fingerprint import NumberHashes
from shared.privacy.tokens import TokenHasher
from shared.use_cases.sends.record_receipt import record_receipt
from shared.use_cases.suppliers.supplier_gate import Gate

CURSOR, EXTRA_CURSOR = "lekab-receipts", "lekab-extra-receipts"

PATIENCE = timedelta(hours=1)
"""A receipt comes within seconds where the phone is on."""

ASKED_FOR = timedelta(hours=72)
"""After that an SMS that was never delivered has expired, and so has its receipt's keyed hash."""

AT_ONCE, ROUNDS = 100, 20
"""Asked about in one call, and calls in one run. The next goes on behind them, and after the last at the beginning."""


class Poll(Struct, frozen=True):
    """The parts that the work needs."""

    database: Database
    reports: SmsReports
    gate: Gate
    tokens: TokenHasher
    number_hashes: NumberHashes
    clock: Clock
    at_once: int = AT_ONCE
    rounds: int = ROUNDS

    def run(self) -> int:
        """How many SMS have a last word now. Ends early, without error, where the supplier cannot be asked."""
        return sum(self._all_of(cursor, take) for cursor, take in ((CURSOR, self._next), (EXTRA_CURSOR, self._extra)))

    def _all_of(self, cursor: str, take: Callable[[Transaction, str], Sequence[Unreported | Extra]]) -> int:
        found = 0
        for _ in range(self.rounds):
            with self.database.transaction() as tx:
                waiting = take(tx, cursors.get(tx, cursor))
            said = self._ask(waiting)
            if said is None:
                break
            for receipt in said:
                record_receipt(self.database, self.tokens, self.number_hashes, receipt, self.clock.now())
            found += len(said)
            is_last = len(waiting) < self.at_once
            with self.database.transaction() as tx:
                cursors.put(tx, cursor, "" if is_last else waiting[-1].place)
            if is_last:
                break
        return found

    def _next(self, tx: Transaction, place: str) -> list[Unreported]:
        now, (send_id, _, position) = self.clock.now(), place.partition(":")
        return unreported.after(tx, (send_id, int(position or 0)), now - ASKED_FOR, now - PATIENCE, self.at_once)

    def _extra(self, tx: Transaction, place: str) -> list[Extra]:
        now = self.clock.now()
        return unreported.extra_after(tx, place, now - ASKED_FOR, now - PATIENCE, self.at_once)

    def _ask(self, waiting: Sequence[Unreported | Extra]) -> list[Receipt] | None:
        """None where there is nobody to ask about, or nobody to ask."""
        if not waiting:
            return []
        try:
            self.gate.enter(len(waiting))
            said = self.reports.receipts([one.sms_ref for one in waiting])
        except SupplierPaused:
            return None
        except SupplierUnavailable as error:
            self.gate.leave(failed=True, retry_after_seconds=error.retry_after_seconds)
            return None
        self.gate.leave(failed=False)
        return said
