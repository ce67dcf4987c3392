"""One company's or one send's trouble never keeps others in clear, and is always told."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from shared.database.connection import make_pool
from shared.database.transactions import Arguments, PooledDatabase, Transaction
from shared.domain.errors import SameMoment
from shared.ports import KeyServiceFault, WrappedKey
from shared.settings import DatabaseSettings
from shared.use_cases.privacy import encrypt_expired_deliveries as module
from shared.use_cases.privacy.encrypt_expired_deliveries import EncryptionIncomplete, encrypt_expired_deliveries
from tests.architecture.rules_functions import read_table
from tests.database.pipeline import Pipeline
from tests.factories import FakeKeys, fictional

LIMIT = timedelta(days=30)


@dataclass
class RefusingKeys(FakeKeys):
    """Refuses to wrap with one company's key, and counts how often it was asked to."""

    refused: str = ""
    asked: int = 0

    def wrap(self, key: str, plaintext: bytes, context: bytes) -> WrappedKey:
        if key == self.refused:
            self.asked += 1
            raise KeyServiceFault("disabled")
        return super().wrap(key, plaintext, context)


class WatchedTransaction(Transaction):
    """Over a real one: lets somebody see each statement before it is run, who may raise."""

    def __init__(self, real: Transaction, see: Callable[[str, Arguments], None]) -> None:
        self.__dict__ = vars(real)  # what it comes to is the real one's too
        self._see = see

    def execute(self, sql: str, arguments: Arguments = ()) -> int:
        self._see(sql, arguments)
        return super().execute(sql, arguments)


@dataclass
class WatchedDatabase:
    inner: PooledDatabase
    see: Callable[[str, Arguments], None]

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.inner.transaction() as tx:
            yield WatchedTransaction(tx, self.see)


@dataclass
class CountedDatabase:
    """How many transactions were open at once, at most."""

    inner: PooledDatabase
    open: int = 0
    most: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._lock:
            self.open += 1
            self.most = max(self.most, self.open)
        try:
            with self.inner.transaction() as tx:
                yield tx
        finally:
            with self._lock:
                self.open -= 1


def failing_for(pipeline: Pipeline, send_id: str) -> WatchedDatabase:
    """A database that fails in each transaction that encrypts rows of one send."""

    def fail(sql: str, arguments: Arguments) -> None:
        if "FOR UPDATE" in sql and isinstance(arguments, tuple) and arguments[0] == send_id:
            raise OSError(1, fictional(0))

    return WatchedDatabase(pipeline.database, fail)


def in_clear(pipeline: Pipeline, send_id: str) -> int:
    return sum(phone is not None for phone in pipeline.deliveries(send_id, "phone"))


def test_one_send_that_fails_does_not_hold_up_the_others_and_is_told(
    pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    failing = pipeline.sent(2)
    others = [pipeline.sent(2, member=pipeline.company()), pipeline.sent(2)]
    pipeline.clock.time += LIMIT - timedelta(minutes=30)
    with pytest.raises(EncryptionIncomplete):
        encrypt_expired_deliveries(failing_for(pipeline, failing), pipeline.keys, pipeline.clock)
    assert [in_clear(pipeline, send_id) for send_id in (failing, *others)] == [2, 0, 0]
    assert failing in caplog.text
    assert fictional(0) not in caplog.text
    assert encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock).rows == 2


def test_a_company_with_a_broken_key_and_many_sends_does_not_keep_the_others_from_their_turn(
    pipeline: Pipeline,
) -> None:
    broken, other = pipeline.company(), pipeline.company()
    first = pipeline.sent(1, member=broken)
    with pipeline.database.transaction() as tx:
        columns = tx.values(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
            " AND table_name = 'sends' AND column_name <> 'id' ORDER BY ordinal_position"
        )
        names = ", ".join(columns)
        tx.execute(
            f"INSERT INTO sends (id, {names}) SELECT CONCAT('snd_', LPAD(seq, 16, '0')), {names}"
            f" FROM sends, seq_1_to_{module.SENDS_AT_ONCE + 5} WHERE id = %s",
            (first,),
        )
    pipeline.clock.advance(seconds=1)
    last = pipeline.sent(1, member=other)
    pipeline.clock.time += LIMIT - timedelta(minutes=30)
    keys = RefusingKeys(existing=pipeline.keys.existing, key=pipeline.keys.key, refused=broken.company_id)
    with pytest.raises(EncryptionIncomplete):
        encrypt_expired_deliveries(pipeline.database, keys, pipeline.clock)
    assert in_clear(pipeline, last) == 0
    assert keys.asked == 1, "a key that is refused is asked for once a day and run"


def test_rows_that_another_holds_for_a_moment_are_waited_for(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(5)
    pipeline.clock.time += LIMIT
    held, done, waited_for = threading.Event(), threading.Event(), list[int]()

    def hold() -> None:
        with pipeline.database.transaction() as tx:
            tx.values("SELECT position FROM deliveries WHERE send_id = %s AND position <= 2 FOR UPDATE", (send_id,))
            held.set()
            deadline = time.monotonic() + 8
            while in_clear(pipeline, send_id) > 2 and time.monotonic() < deadline:
                done.wait(0.05)  # until the others are encrypted: only the held ones are left
            waited_for.append(in_clear(pipeline, send_id))

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(10)
    run = encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    holder.join(10)
    assert waited_for == [2], "the others were not"
    assert (run.rows, run.overdue, in_clear(pipeline, send_id)) == (5, 0, 0)
    assert pipeline.send_row(send_id, "encrypted_at") is not None


def test_a_run_that_leaves_rows_over_their_limit_never_reports_success(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    pipeline.clock.time += LIMIT + timedelta(hours=1)
    with pytest.raises(EncryptionIncomplete):
        encrypt_expired_deliveries(failing_for(pipeline, send_id), pipeline.keys, pipeline.clock)


def test_chunks_are_written_at_the_same_time(pipeline: Pipeline) -> None:
    sends = [pipeline.sent(2) for _ in range(2)]
    pipeline.clock.time += LIMIT
    both = threading.Barrier(2, timeout=10)

    def wait_for_the_other(sql: str, arguments: Arguments) -> None:
        if "SET d.record" in sql:
            both.wait()

    watched = WatchedDatabase(pipeline.database, wait_for_the_other)
    assert encrypt_expired_deliveries(watched, pipeline.keys, pipeline.clock).rows == 4
    assert [in_clear(pipeline, send_id) for send_id in sends] == [0, 0]


def test_a_run_takes_no_more_connections_than_its_function_has(pipeline: Pipeline) -> None:
    for _ in range(6):
        pipeline.sent(2)
    pipeline.clock.time += LIMIT
    counted = CountedDatabase(pipeline.database)
    assert encrypt_expired_deliveries(counted, pipeline.keys, pipeline.clock).rows == 12
    assert counted.most <= read_table()["encrypt_expired"]["connections"]


def test_a_run_that_has_but_one_connection_ends_all_the_same(
    pipeline: Pipeline, database_settings: DatabaseSettings
) -> None:
    sends = [pipeline.sent(2) for _ in range(4)]
    pipeline.clock.time += LIMIT
    single = DatabaseSettings(**vars(database_settings) | {"database_connections": 1})
    one = PooledDatabase(make_pool(single), lambda messages: None)
    assert encrypt_expired_deliveries(one, pipeline.keys, pipeline.clock).rows == 8
    assert all(in_clear(pipeline, send_id) == 0 for send_id in sends)


def test_a_chunk_that_met_another_worker_at_the_same_moment_is_encrypted_in_the_same_run(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(3)
    pipeline.clock.time += LIMIT

    def meet(sql: str, arguments: Arguments) -> None:
        if "SKIP LOCKED" in sql:
            raise SameMoment("a deadlock")

    watched = WatchedDatabase(pipeline.database, meet)
    assert encrypt_expired_deliveries(watched, pipeline.keys, pipeline.clock).rows == 3
    assert in_clear(pipeline, send_id) == 0
