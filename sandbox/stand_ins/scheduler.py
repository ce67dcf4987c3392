"""Cloud Scheduler on one machine: calls the scheduled functions as the sandbox's clock passes their times."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Protocol

import urllib3
from cronsim import CronSim

from sandbox.clock import STOCKHOLM, SandboxClock
from sandbox.functions_table import Function

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_REAL_SECONDS_BETWEEN_LOOKS = 1.0


class UnknownFunction(Exception):
    """No scheduled function has this name."""


class Traveller(Protocol):
    """Something else that does what time brings: renewals, purged logs."""

    def before_step(self, now: datetime) -> None:
        """The clock is about to move from `now`."""

    def after_step(self) -> None:
        """The clock has moved; what fell due happens before the scheduled functions run."""

    def at_end(self, now: datetime) -> None:
        """The clock stands at `now`, and all that fell due has run."""


class Scheduler:
    """Runs one job at a time. `url` is where the functions are served, each by its name."""

    def __init__(
        self,
        clock: SandboxClock,
        functions: Sequence[Function],
        url: str,
        travellers: Sequence[Traveller] = (),
    ) -> None:
        self._clock = clock
        self._functions = {function.name: function for function in functions}
        self._url = url
        self._travellers = travellers
        self._lock = threading.RLock()
        self._http = urllib3.PoolManager(retries=False)
        self._next_times = {name: self._next_time(name, clock.now()) for name in self._functions}
        self._unhurried = [name for name in self._functions if self._is_unhurried(name)]
        self._closed = threading.Event()

    def names(self) -> list[str]:
        """What can be run."""
        return sorted(self._functions)

    def run(self, name: str) -> int:
        """Runs the function now and returns its HTTP status when it has finished; 503 without an answer."""
        function = self._functions.get(name)
        if function is None:
            raise UnknownFunction(name)
        with self._lock:
            try:
                # A month has 1,600 of these calls, and each would cost half as much again with requests.
                answer = self._http.request("POST", f"{self._url}/{name}", json={}, timeout=function.timeout_seconds)
            except urllib3.exceptions.HTTPError:
                return 503
            return answer.status

    def run_due(self) -> list[tuple[str, int]]:
        """Runs what fell due since the last look, each function once; returns (name, status) of each."""
        return self._run_due_of(self._functions)

    def _run_due_of(self, names: Iterable[str]) -> list[tuple[str, int]]:
        with self._lock:
            now = self._clock.now()
            due = [name for name in names if self._next_times[name] <= now]
            self._next_times |= {name: self._next_time(name, now) for name in due}
            return [(name, self.run(name)) for name in due]

    def advance(self, delta: timedelta) -> Counter[tuple[str, int]]:
        """Moves the clock hour by hour, running at each what fell due, so that nothing runs later than it would.

        What runs more often than hourly runs once a day only: it finds then what its other runs would have found.
        Travellers hear of days too. Returns how often which function ended with which status.
        """
        runs: Counter[tuple[str, int]] = Counter()
        with self._lock:
            while delta > timedelta(0):
                step = min(delta, DAY)
                for traveller in self._travellers:
                    traveller.before_step(self._clock.now())
                for _ in range(math.ceil(step / HOUR) - 1):
                    self._clock.advance(HOUR)
                    runs.update(self._run_due_of(self._unhurried))
                self._clock.advance(step - HOUR * (math.ceil(step / HOUR) - 1))
                for traveller in self._travellers:
                    traveller.after_step()
                runs.update(self.run_due())
                delta -= step
            for traveller in self._travellers:
                traveller.at_end(self._clock.now())
        return runs

    def start(self) -> None:
        """From now on runs what falls due as real time passes, from a thread of its own, until `close`."""
        threading.Thread(target=self._look_now_and_then, name="scheduler", daemon=True).start()

    def close(self) -> None:
        self._closed.set()

    def _look_now_and_then(self) -> None:
        while not self._closed.wait(_REAL_SECONDS_BETWEEN_LOOKS):
            self.run_due()

    def _is_unhurried(self, name: str) -> bool:
        """Whether the function runs once an hour at most."""
        first, second = islice(CronSim(self._functions[name].cron, self._clock.now().astimezone(STOCKHOLM)), 2)
        return second.astimezone(UTC) - first.astimezone(UTC) >= HOUR

    def _next_time(self, name: str, after: datetime) -> datetime:
        return next(CronSim(self._functions[name].cron, after.astimezone(STOCKHOLM))).astimezone(UTC)
