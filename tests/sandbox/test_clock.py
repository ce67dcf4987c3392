"""The sandbox's clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.clock import STOCKHOLM, SandboxClock
from shared.clock import SystemClock


@pytest.fixture
def clock(tmp_path: Path) -> SandboxClock:
    return SandboxClock(tmp_path / "offset")


def test_without_a_file_it_is_now(clock: SandboxClock) -> None:
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)


def test_it_starts_at_ten_in_stockholm_today(clock: SandboxClock) -> None:
    clock.set_to_ten_in_stockholm()
    now = clock.now().astimezone(STOCKHOLM)
    assert (now.hour, now.minute) == (10, 0)
    assert now.date() == datetime.now(STOCKHOLM).date()


def test_advances_add_up_and_the_product_reads_the_same_time(clock: SandboxClock) -> None:
    clock.set_to_ten_in_stockholm()
    before = clock.now()
    clock.advance(timedelta(days=1))
    clock.advance(timedelta(hours=2))
    assert timedelta(0) <= clock.now() - before - timedelta(days=1, hours=2) < timedelta(seconds=1)
    assert abs(SystemClock(clock.offset_file).now() - clock.now()) < timedelta(seconds=1)


def test_time_never_goes_back(clock: SandboxClock) -> None:
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))
