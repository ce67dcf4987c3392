"""Times, taken so that a machine that is busy for a moment does not decide: medians, and both sides by turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

ROUNDS = 3


@dataclass(frozen=True)
class Pair:
    """Median seconds of ours and of the baseline."""

    ours: float
    baseline: float


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def by_turns(ours: Callable[[], object], baseline: Callable[[], object], rounds: int = ROUNDS) -> Pair:
    """Both by turns, so that what slows the machine slows both."""
    times = [(seconds(ours), seconds(baseline)) for _ in range(rounds)]
    return Pair(*(statistics.median(side) for side in zip(*times, strict=True)))


def median(work: Callable[[], float], rounds: int = ROUNDS) -> float:
    """Of a figure that the work itself measures."""
    return statistics.median(work() for _ in range(rounds))
