"""What receipts are matched by is keyed by the key service: it is asked where it is needed, and in no transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest

from shared.database.transactions import PooledDatabase, Transaction
from shared.domain.chunks import STANDS_STILL
from shared.domain.delivery import DeliveryState
from shared.domain.phone_number import parse
from shared.ports import Receipt
from shared.privacy.fingerprint import NumberHash
from shared.use_cases.privacy.erase_person import erase_recipient
from shared.use_cases.sends.hand_over_sms import HandOver, hand_over_sms
from shared.use_cases.sends.record_receipt import record_receipt
from shared.use_cases.sends.sweep_stuck import sweep_stuck
from tests.database.pipeline import Pipeline
from tests.factories import PUBLIC_URL, fictional, fingerprint, receipts_number_hash

ONE = parse(fictional(0))


@dataclass
class Watched:
    """A database that knows whether a transaction is open, and a key service that is asked in none."""

    inner: PooledDatabase
    is_open: bool = False
    asked: int = 0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.inner.transaction() as tx:
            self.is_open = True
            try:
                yield tx
            finally:
                self.is_open = False

    def number_hash(self) -> NumberHash:
        assert not self.is_open
        self.asked += 1
        return receipts_number_hash


@pytest.fixture
def watched(pipeline: Pipeline) -> Watched:
    return Watched(pipeline.database)


def test_a_receipt_of_an_sms_that_is_known_needs_no_key(pipeline: Pipeline, watched: Watched) -> None:
    (known,) = pipeline.deliveries(pipeline.sent(1), "sms_ref")
    asked = []
    for reference, phone in ((known, ONE), ("unknown-1", None), ("unknown-2", ONE)):
        receipt = Receipt(reference, DeliveryState.DELIVERED, None, phone, "Kaffebaren")
        record_receipt(watched, pipeline.tokens, watched.number_hash, receipt, pipeline.clock.now())
        asked.append(watched.asked)
    assert asked == [0, 0, 1]


def test_a_sweep_that_finds_nothing_standing_still_needs_no_key(pipeline: Pipeline, watched: Watched) -> None:
    pipeline.issued(1)
    asked = []
    for _ in range(2):
        sweep_stuck(watched, watched.number_hash, pipeline.clock.now())
        asked.append(watched.asked)
        pipeline.clock.advance(seconds=(STANDS_STILL + timedelta(seconds=1)).total_seconds())
    assert asked == [0, 1]


def test_handing_over_and_erasing_ask_for_the_key_outside_their_transactions(
    pipeline: Pipeline, watched: Watched
) -> None:
    send_id, gate = pipeline.issued(1), pipeline.gate("lekab")
    keys = (pipeline.transit, pipeline.tokens, watched.number_hash)
    hand_over_sms(HandOver(watched, pipeline.sender, *keys, pipeline.clock, PUBLIC_URL, gate), send_id, 1, 500)
    assert (pipeline.deliveries(send_id), watched.asked) == (["sent"], 1)
    now, whom = pipeline.clock.now(), (pipeline.company_id, fingerprint(ONE))
    erased = erase_recipient(watched, pipeline.tokens, watched.number_hash, *whom, now, now)
    assert (erased.erased, watched.asked) == (1, 2)
