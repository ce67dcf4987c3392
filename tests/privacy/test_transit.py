"""The keys of the days: one a day whoever asks first, unwrapped once a process, and gone for good when deleted."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import count
from threading import Barrier

import pytest

from shared.database.queries import keys as queries
from shared.database.transactions import PooledDatabase
from shared.ports import KeyServiceFault
from shared.privacy.sealing import Unreadable
from shared.privacy.transit import TRANSIT_KEY, Transit, TransitKeyGone
from tests.factories import FakeKeys

PLACE = "sends|snd_aaaaaaaaaaaaaaaa"
MANY = 12

_days: Iterator[int] = count()


@pytest.fixture
def day() -> date:
    """A day that no other test has: the day's key is common to all companies of a database."""
    return date(1999, 1, 1) + timedelta(days=next(_days))


def ask_at_once(transits: list[Transit], day: date) -> list[bytes]:
    """Ask each for the day's key at the same moment, and seal something with what it gives."""
    together = Barrier(len(transits))

    def ask(transit: Transit) -> bytes:
        together.wait(timeout=10)
        return transit.of_day(day, make=True).seal(b"Hej!", PLACE)

    with ThreadPoolExecutor(len(transits)) as threads:
        return list(threads.map(ask, transits))


def test_many_processes_that_ask_at_once_get_one_and_the_same_key(database: PooledDatabase, day: date) -> None:
    keys = FakeKeys()
    sealed = ask_at_once([Transit(database, keys) for _ in range(MANY)], day)
    opened = [Transit(database, keys).of_day(day).open(one, PLACE) for one in sealed]
    assert opened == [b"Hej!"] * MANY
    with database.transaction() as tx:
        assert tx.value("SELECT COUNT(*) FROM transit_keys WHERE day = %s", (day,)) == 1


def test_many_threads_of_one_process_ask_the_key_service_once(database: PooledDatabase, day: date) -> None:
    keys = FakeKeys()
    transit = Transit(database, keys)
    ask_at_once([transit] * MANY, day)
    assert (keys.wrapped, keys.unwrapped) == ([TRANSIT_KEY], [])


def test_a_process_that_finds_the_days_key_unwraps_it_once(database: PooledDatabase, day: date) -> None:
    Transit(database, FakeKeys()).of_day(day + timedelta(days=10_000), make=True)
    keys = FakeKeys()
    Transit(database, keys).of_day(day, make=True)
    later = Transit(database, keys)
    for _ in range(3):
        later.of_day(day)
        later.of_day(day, make=True)
    assert (keys.wrapped, keys.unwrapped) == ([TRANSIT_KEY], [TRANSIT_KEY])


def test_each_day_has_a_key_of_its_own(database: PooledDatabase, day: date) -> None:
    transit, next_day = Transit(database, FakeKeys()), day + timedelta(days=5_000)
    sealed = transit.of_day(day, make=True).seal(b"Hej!", PLACE)
    with pytest.raises(Unreadable):
        transit.of_day(next_day, make=True).open(sealed, PLACE)


def test_a_deleted_days_key_is_gone_for_good(database: PooledDatabase, day: date) -> None:
    keys = FakeKeys()
    sealed = Transit(database, keys).of_day(day, make=True).seal(b"Hej!", PLACE)
    with database.transaction() as tx:
        assert queries.forget_transit_keys(tx, day + timedelta(days=1)) >= 1
    with pytest.raises(TransitKeyGone):
        Transit(database, keys).of_day(day)
    with pytest.raises(Unreadable):
        Transit(database, keys).of_day(day, make=True).open(sealed, PLACE)


def test_the_key_of_today_is_not_deleted_before_the_day_is_over(database: PooledDatabase, day: date) -> None:
    keys = FakeKeys()
    sealed = Transit(database, keys).of_day(day, make=True).seal(b"Hej!", PLACE)
    with database.transaction() as tx:
        queries.forget_transit_keys(tx, day)
    assert Transit(database, keys).of_day(day).open(sealed, PLACE) == b"Hej!"


def test_a_day_without_a_key_gets_none_by_being_asked_for(database: PooledDatabase, day: date) -> None:
    keys = FakeKeys()
    with pytest.raises(TransitKeyGone):
        Transit(database, keys).of_day(day)
    assert (keys.wrapped, keys.unwrapped) == ([], [])


def test_a_key_moved_to_another_day_is_refused(database: PooledDatabase, day: date) -> None:
    keys, other = FakeKeys(), day + timedelta(days=5_000)
    Transit(database, keys).of_day(day, make=True)
    with database.transaction() as tx:
        tx.execute("UPDATE transit_keys SET day = %s WHERE day = %s", (other, day))
    with pytest.raises(KeyServiceFault):
        Transit(database, keys).of_day(other)


def test_a_days_key_is_stored_wrapped_only(database: PooledDatabase, day: date) -> None:
    keys = FakeKeys()
    Transit(database, keys).of_day(day, make=True)
    with database.transaction() as tx:
        stored = queries.transit_key(tx, day)
    assert stored is not None
    key = keys.unwrap(TRANSIT_KEY, stored, f"transit:{day.isoformat()}".encode())
    assert len(key) == 32
    assert key not in stored
