"""A receipt that came before Lekab's answer finds its delivery, whatever lock is then in the worker's way."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest

from shared.database.transactions import PooledDatabase, Transaction
from shared.domain.delivery import DeliveryState
from shared.domain.errors import SameMoment
from shared.ports import Receipt, Sms, SmsOutcome, SmsResult
from shared.use_cases.sends.record_receipt import record_receipt
from shared.use_cases.sends.sweep_stuck import sweep_stuck
from tests.database.pipeline import Pipeline


class BusyDatabase(PooledDatabase):
    """Once, a transaction cannot have its locks: the one so many later when `busy_in` was set."""

    def __init__(self, real: PooledDatabase) -> None:
        self._real = real
        self.busy_in = 0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.busy_in -= 1
        if self.busy_in == 0:
            raise SameMoment("Someone else is changing the same thing.")
        with self._real.transaction() as tx:
            yield tx


@dataclass
class QuickLekab:
    """Its receipts are with us before its answer is, and then a lock is in the way."""

    pipeline: Pipeline
    database: BusyDatabase
    busy_in: int
    answered: bool
    at_once: int = 100

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        results = []
        for place, sms in enumerate(messages):
            reference = f"quick-{self.pipeline.company_id}-{place}"
            receipt = Receipt(reference, DeliveryState.DELIVERED, None, sms.to, sms.sender)
            record_receipt(
                self.database, self.pipeline.tokens, self.pipeline.number_hash, receipt, self.pipeline.clock.now()
            )
            sent, in_doubt = SmsResult(SmsOutcome.SENT, reference), SmsResult(SmsOutcome.UNKNOWN, reason="no_answer")
            results.append(sent if self.answered else in_doubt)
        self.database.busy_in = self.busy_in
        return results


def test_an_early_receipt_whose_worker_died_before_it_looked_is_matched_by_the_sweep(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(1)
    pipeline.record(Receipt("died-1", DeliveryState.DELIVERED))
    with pipeline.database.transaction() as tx:  # its last commit
        tx.execute(
            "UPDATE deliveries SET state = 'sent', sms_ref = 'died-1', sent_at = %s WHERE send_id = %s",
            (pipeline.clock.now(), send_id),
        )
    assert sweep_stuck(pipeline.database, pipeline.number_hash, pipeline.clock.now())["settled"] == 1
    assert pipeline.deliveries(send_id) == ["delivered"]
    assert sweep_stuck(pipeline.database, pipeline.number_hash, pipeline.clock.now())["settled"] == 0


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "in doubt"])
@pytest.mark.parametrize("busy_in", range(1, 7))
def test_an_early_receipt_finds_its_delivery_whichever_transaction_meets_a_lock(
    pipeline: Pipeline, answered: bool, busy_in: int
) -> None:
    send_id = pipeline.issued(3)
    pipeline.database = database = BusyDatabase(pipeline.database)
    for _ in range(2):  # where the lock made the message come again
        with suppress(SameMoment):
            pipeline.hand_over(send_id, sender=QuickLekab(pipeline, database, busy_in, answered))
    database.busy_in = 0  # what follows only looks
    assert pipeline.deliveries(send_id) == ["delivered"] * 3
    assert pipeline.column("SELECT COUNT(*) FROM early_receipts") == [0]
    assert pipeline.column("SELECT COUNT(*) FROM sms_doubts") == [0]
