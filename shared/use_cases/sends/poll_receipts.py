"""Receipts that Lekab's callbacks missed are asked for: what was sent an hour ago and has no last word yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from shared.database.queries import cursors, unreported
from shared.database.queries.unreported import Unreported
from shared.database.transactions import Database
from shared.ports import Clock, Receipt, SmsReports, SupplierPaused, SupplierUnavailable
from shared.privacy.fingerprint import NumberHashes
from shared.privacy.tokens import TokenHasher
from shared.use_cases.sends.record_receipt import record_receipt
from shared.use_cases.sends.supplier_gate import Gate

CURSOR = "lekab-receipts"

PATIENCE = timedelta(hours=1)
"""A receipt comes within seconds where the phone is on."""

ASKED_FOR = timedelta(hours=72)
"""After that an SMS that was never delivered has expired, and so has its receipt's keyed hash."""

AT_ONCE, ROUNDS = 100, 20
"""Asked about in one call, and calls in one run. The next goes on behind them, and after the last at the beginning."""


@dataclass(frozen=True)
class Poll:
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
        found = 0
        for _ in range(self.rounds):
            waiting = self._next()
            said = self._ask(waiting)
            if said is None:
                break
            for receipt in said:
                record_receipt(self.database, self.tokens, self.number_hashes, receipt, self.clock.now())
            found += len(said)
            is_last = len(waiting) < self.at_once
            with self.database.transaction() as tx:
                cursors.put(tx, CURSOR, "" if is_last else f"{waiting[-1].send_id}:{waiting[-1].position}")
            if is_last:
                break
        return found

    def _next(self) -> list[Unreported]:
        now = self.clock.now()
        with self.database.transaction() as tx:
            send_id, _, position = cursors.get(tx, CURSOR).partition(":")
            place = (send_id, int(position or 0))
            return unreported.after(tx, place, now - ASKED_FOR, now - PATIENCE, self.at_once)

    def _ask(self, waiting: Sequence[Unreported]) -> list[Receipt] | None:
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
