"""However many instances there are, a supplier gets no more calls at once than it takes."""

import threading
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from shared.database.transactions import PooledDatabase
from shared.ports import SupplierUnavailable
from shared.use_cases.suppliers.supplier_turns import LONGEST_CALL, SharedTurns
from tests.database.pipeline import at_once
from tests.factories import FakeClock

MAILCHIMP_TAKES = 9
"""Fewer than 10."""


@dataclass
class Supplier:
    """Counts who is with it at the same time. The first calls stay until so many are there."""

    full_at: int
    inside: int = 0
    most: int = 0
    calls: int = 0
    change: threading.Condition = field(default_factory=threading.Condition)

    def call(self) -> None:
        with self.change:
            self.calls += 1
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.change.notify_all()
            assert self.change.wait_for(lambda: self.most >= self.full_at, timeout=20), "all turns are used"
        with self.change:
            self.inside -= 1


@pytest.fixture
def clock(database: PooledDatabase) -> FakeClock:
    with database.transaction() as tx:
        tx.execute("UPDATE supplier_turns SET taken_until = '2000-01-01'")
    return FakeClock()


def instance(database: PooledDatabase, clock: FakeClock, longest_wait_seconds: float = 20) -> SharedTurns:
    return SharedTurns(database, clock, "mailchimp", longest_wait_seconds)


def turns(database: PooledDatabase) -> int:
    with database.transaction() as tx:
        return int(tx.value("SELECT COUNT(*) FROM supplier_turns WHERE supplier = 'mailchimp'"))


def test_mailchimp_gets_fewer_than_ten_calls_at_once_and_all_of_them_come_to_it(
    database: PooledDatabase, clock: FakeClock
) -> None:
    """What issues 30 calls at once: sync, forms and privacy requests, an instance each."""
    most = turns(database)
    supplier = Supplier(full_at=most)

    def call() -> None:
        with instance(database, clock).turn():
            supplier.call()

    assert at_once([call] * 30) == []
    assert (supplier.calls, supplier.most) == (30, most)
    assert most <= MAILCHIMP_TAKES


def test_a_turn_is_given_back_also_by_a_call_that_fails(database: PooledDatabase, clock: FakeClock) -> None:
    for _ in range(2 * turns(database)):
        with pytest.raises(OSError, match="cut"), instance(database, clock, 0).turn():
            raise OSError("cut")


def test_who_waits_too_long_comes_again_and_a_dead_workers_turn_is_free_when_its_time_is_out(
    database: PooledDatabase, clock: FakeClock
) -> None:
    waits: list[float] = []
    with ExitStack() as dead:
        for _ in range(turns(database)):
            dead.enter_context(instance(database, clock).turn())
        late = SharedTurns(database, clock, "mailchimp", 1, waits.append)
        with pytest.raises(SupplierUnavailable), late.turn():
            pytest.fail("there was no turn")
        assert sum(waits) == pytest.approx(1)
        clock.time += LONGEST_CALL
        with late.turn():
            dead.close()  # what comes back late takes nobody's turn away
            with database.transaction() as tx:
                assert tx.value("SELECT COUNT(*) FROM supplier_turns WHERE taken_until > %s", (clock.now(),)) == 1
