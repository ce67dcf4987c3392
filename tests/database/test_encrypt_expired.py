"""The hourly run takes every number and gift out of clear in time, wherever it was stopped the time before."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from shared.database.queries import deliveries
from shared.domain.phone_number import parse
from shared.domain.retention import RUN_EVERY, RUN_MAY_BE_LATE
from shared.ports import KeyServiceFault, SupplierUnavailable, WrappedKey
from shared.privacy import envelope
from shared.privacy.sealing import Unreadable
from shared.use_cases.privacy import encrypt_expired_deliveries as module
from shared.use_cases.privacy.encrypt_expired_deliveries import EncryptionIncomplete, Run, encrypt_expired_deliveries
from tests.database.pipeline import Pipeline, at_once
from tests.database.stopping import Stopped, StoppingDatabase
from tests.factories import FakeKeys, fictional

LIMIT = timedelta(days=30)


@dataclass
class FailingKeys:
    """A key service that fails for some keys and works for the others."""

    inner: FakeKeys
    failures: dict[str, Exception]

    def wrap(self, key: str, plaintext: bytes, context: bytes) -> WrappedKey:
        if key in self.failures:
            raise self.failures[key]
        return self.inner.wrap(key, plaintext, context)

    def unwrap(self, key: str, ciphertext: bytes, context: bytes) -> bytes:
        return self.inner.unwrap(key, ciphertext, context)

    def create_key(self, key: str) -> None:
        self.inner.create_key(key)


def run(pipeline: Pipeline) -> Run:
    return encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)


def opened(pipeline: Pipeline, send_id: str) -> list[envelope.Record]:
    """Each delivery's record, as the one who may decipher reads it."""
    rows = pipeline.rows(
        "SELECT d.company_id, d.position, d.record, k.send_day, k.version, k.wrapped FROM deliveries d"
        " JOIN data_keys k ON k.id = d.data_key_id WHERE d.send_id = %s ORDER BY d.position",
        send_id,
    )
    records = []
    for company_id, position, record, send_day, version, wrapped in rows:
        key = envelope.open_data_key(pipeline.keys, company_id, send_day, wrapped)
        records.append(envelope.unseal(key, envelope.Place(company_id, send_id, position, version), record))
    return records


def in_clear(pipeline: Pipeline) -> int:
    return int(pipeline.column("SELECT COUNT(*) FROM deliveries WHERE record IS NULL OR phone IS NOT NULL")[0])


def test_nothing_is_encrypted_early_and_nothing_that_a_later_run_would_be_too_late_for_is_left(
    pipeline: Pipeline,
) -> None:
    send_id = pipeline.sent(3)
    pipeline.clock.time += LIMIT - RUN_EVERY - RUN_MAY_BE_LATE
    assert run(pipeline) == Run(rows=0, data_keys=0, overdue=0)
    assert pipeline.keys.wrapped == ["transit"]
    pipeline.clock.advance(seconds=1)
    assert run(pipeline) == Run(rows=3, data_keys=1, overdue=0)
    assert pipeline.deliveries(send_id, "phone") == [None] * 3
    assert run(pipeline) == Run(rows=0, data_keys=0, overdue=0)


def test_the_record_says_who_got_what_and_opens_with_the_companys_key_alone(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(3)
    coupons = pipeline.deliveries(send_id, "coupon_id")
    pipeline.clock.time += LIMIT
    run(pipeline)
    assert opened(pipeline, send_id) == [
        envelope.Record(parse(fictional(place)).e164, "coffee", coupons[place]) for place in range(3)
    ]
    (row,) = pipeline.rows("SELECT company_id, send_day, wrapped FROM data_keys")
    other = pipeline.company()
    with pytest.raises(KeyServiceFault):
        envelope.open_data_key(pipeline.keys, other.company_id, row[1], row[2])


def test_a_record_opens_in_its_own_row_only(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    pipeline.clock.time += LIMIT
    run(pipeline)
    first, second = pipeline.deliveries(send_id, "record")
    ((send_day, version, wrapped),) = pipeline.rows("SELECT send_day, version, wrapped FROM data_keys")
    key = envelope.open_data_key(pipeline.keys, pipeline.company_id, send_day, wrapped)
    for position, record in ((1, second), (2, first), (1, first[:-1] + bytes([first[-1] ^ 1]))):
        with pytest.raises(Unreadable):
            envelope.unseal(key, envelope.Place(pipeline.company_id, send_id, position, version), record)


def test_neither_number_nor_pointer_nor_gift_is_left_with_the_send(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(3)
    pipeline.clock.time += LIMIT
    run(pipeline)
    for column in ("phone", "coupon_id", "sealed_values"):
        assert pipeline.deliveries(send_id, column) == [None] * 3
    for column in ("gift_code", "hold_id", "fee_ore", "value_ore"):
        assert pipeline.send_row(send_id, column) is None
    assert pipeline.send_row(send_id, "encrypted_at") == pipeline.clock.now()
    assert {len(record) for record in pipeline.deliveries(send_id, "record")} == {envelope.SEALED_BYTES}
    rows: list[Any] = pipeline.rows("SELECT * FROM sends") + pipeline.rows("SELECT * FROM deliveries")
    assert "coffee" not in str(rows)
    assert "7017406" not in str(rows)


def test_who_got_no_gift_is_recorded_without_one(pipeline: Pipeline) -> None:
    pipeline.opt_out(fictional(1))
    send_id = pipeline.send_to(1)
    late = pipeline.send(fictional(2), fictional(3))
    pipeline.opt_out(fictional(2))
    pipeline.run()
    pipeline.clock.time += LIMIT
    run(pipeline)
    assert [record.gift for record in opened(pipeline, send_id)] == ["coffee"]
    assert [(record.gift, record.coupon_id is None) for record in opened(pipeline, late)] == [
        (None, True),
        ("coffee", False),
    ]


def test_data_keys_grow_with_companies_and_days_and_never_with_rows(pipeline: Pipeline) -> None:
    other = pipeline.company()
    for _ in range(3):
        pipeline.send_to(5)
        pipeline.send_to(20)
        pipeline.send_to(5, member=other)
        pipeline.clock.advance(days=1)
    pipeline.keys.wrapped.clear()
    pipeline.clock.time += LIMIT
    assert run(pipeline) == Run(rows=90, data_keys=6, overdue=0)
    assert sorted(pipeline.keys.wrapped) == sorted([pipeline.company_id, other.company_id] * 3)
    days = pipeline.rows("SELECT company_id, COUNT(DISTINCT send_day) FROM data_keys GROUP BY company_id")
    assert sorted(days) == sorted([(pipeline.company_id, 3), (other.company_id, 3)])


@pytest.mark.parametrize("transactions", range(1, 8))
def test_a_run_that_is_stopped_anywhere_is_finished_by_the_next_one(pipeline: Pipeline, transactions: int) -> None:
    sends = [pipeline.sent(3) for _ in range(2)]
    coupons = [pipeline.deliveries(one, "coupon_id") for one in sends]
    pipeline.clock.time += LIMIT - RUN_EVERY
    with pytest.raises(Stopped):
        stopping = StoppingDatabase(pipeline.database, transactions)
        encrypt_expired_deliveries(stopping, pipeline.keys, pipeline.clock)
    run(pipeline)
    assert in_clear(pipeline) == 0
    for send_id, expected in zip(sends, coupons, strict=True):
        records = opened(pipeline, send_id)
        assert [record.coupon_id for record in records] == expected
        assert {record.gift for record in records} == {"coffee"}
        assert pipeline.send_row(send_id, "gift_code") is None


def test_a_send_larger_than_a_batch_is_encrypted_whole(pipeline: Pipeline) -> None:
    number = module.ROWS_AT_ONCE + 7
    send_id = pipeline.send(*(f"07{place + 20_000_000:08d}" for place in range(number)))
    pipeline.clock.time += LIMIT
    assert run(pipeline) == Run(rows=number, data_keys=1, overdue=0)
    assert len(set(pipeline.deliveries(send_id, "record"))) == number
    assert in_clear(pipeline) == 0


@pytest.mark.parametrize("failure", [KeyServiceFault("no such key"), SupplierUnavailable("away")])
def test_a_company_whose_key_fails_does_not_hold_up_the_others_and_is_told(
    pipeline: Pipeline, failure: Exception
) -> None:
    broken, sound = pipeline.company(), pipeline.company()
    sends = [pipeline.send_to(2, member=one) for one in (pipeline.member, broken, sound)]
    pipeline.clock.time += LIMIT
    failing = FailingKeys(pipeline.keys, {broken.company_id: failure})
    with pytest.raises(EncryptionIncomplete):
        encrypt_expired_deliveries(pipeline.database, failing, pipeline.clock)
    phones = [[phone is None for phone in pipeline.deliveries(one, "phone")] for one in sends]
    assert phones == [[True, True], [False, False], [True, True]]
    assert run(pipeline) == Run(rows=2, data_keys=1, overdue=0)


def test_rows_over_their_limit_are_counted_for_the_alert(pipeline: Pipeline) -> None:
    pipeline.send_to(4)
    pipeline.clock.time += LIMIT + timedelta(seconds=1)
    with pipeline.database.transaction() as tx:
        assert deliveries.overdue(tx, pipeline.clock.now()) == 4
    assert run(pipeline).overdue == 0


def test_a_send_that_is_noted_as_encrypted_is_not_believed(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(2)
    pipeline.clock.time += LIMIT
    assert run(pipeline).rows == 2
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE deliveries SET phone = '+46701740605' WHERE send_id = %s AND position = 1", (send_id,))
    pipeline.clock.advance(hours=23)
    with pytest.raises(EncryptionIncomplete):
        run(pipeline)


def test_two_runs_at_the_same_time_encrypt_each_row_once(pipeline: Pipeline) -> None:
    sends = [pipeline.send_to(40) for _ in range(3)]
    pipeline.clock.time += LIMIT
    assert at_once([lambda: run(pipeline)] * 4) == []
    assert in_clear(pipeline) == 0
    for send_id in sends:
        assert [record.phone for record in opened(pipeline, send_id)] == [
            parse(fictional(place)).e164 for place in range(40)
        ]
        assert pipeline.send_row(send_id, "encrypted_at") is not None


def test_a_company_with_a_shorter_time_is_encrypted_by_its_own(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET encrypt_after_days = 4 WHERE id = %s", (pipeline.company_id,))
    other = pipeline.company()
    pipeline.send_to(2)
    pipeline.send_to(3, member=other)
    pipeline.clock.advance(days=4)
    assert run(pipeline).rows == 2


def test_what_the_run_says_of_itself_holds_no_number(pipeline: Pipeline, caplog: pytest.LogCaptureFixture) -> None:
    pipeline.send_to(2)
    pipeline.clock.time += LIMIT
    failing = FailingKeys(pipeline.keys, {pipeline.company_id: KeyServiceFault(f"about {fictional(0)}")})
    with pytest.raises(EncryptionIncomplete) as failure:
        encrypt_expired_deliveries(pipeline.database, failing, pipeline.clock)
    said = json.dumps([record.getMessage() for record in caplog.records]) + str(failure.value)
    assert pipeline.company_id in said
    assert "7017406" not in said
    assert fictional(0) not in said
