"""Trouble on demand: which faults are active, when each bites, and what a call suffers then."""

from __future__ import annotations

import itertools
import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

_OF_CALLS = ("error", "timeout_before_accept", "timeout_after_accept", "slow", "down")
_OF_CALLBACKS = ("duplicate", "reorder")
KINDS: Mapping[str, tuple[str, ...]] = {
    "lekab": _OF_CALLS + _OF_CALLBACKS,
    "clearon": _OF_CALLS + _OF_CALLBACKS,
    "stripe": _OF_CALLS + _OF_CALLBACKS,
    "mailchimp": _OF_CALLS,
    "hubspot": _OF_CALLS,
    "kms": _OF_CALLS,
    "pubsub": _OF_CALLS + _OF_CALLBACKS,
    "database": ("error", "slow", "down"),
}
"""The faults that each provider can have."""

HOLD_SECONDS = 3.0
"""How long a call is held that shall time out: the product waits two seconds here."""

_DELAYS = {"slow": (0.5, 1.5), "reorder": (0.5, 2.5), "duplicate": (0.0, 1.0)}


class InvalidFault(Exception):
    """No such fault can be made; the message says why, for the person who asked for it."""


class Broken(Exception):
    """The call fails with the provider's own error and has done nothing."""


class Cut(Exception):
    """The connection ends without an answer, and the caller cannot know whether the work was done."""


@dataclass(frozen=True)
class Fault:
    """One kind of trouble with one provider, from now on until it is deleted, has bitten `count` times
    or is `seconds` old. `probability` is of each chance it gets; the same `seed` throws the same dice."""

    provider: str
    kind: str
    probability: float = 1.0
    count: int | None = None
    seconds: float | None = None
    seed: int = field(default_factory=lambda: secrets.randbelow(2**31))

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Fault:
        """Raises InvalidFault with all that is wrong."""
        given = {name: value for name, value in body.items() if value is not None}
        if mistakes := _mistakes(given):
            raise InvalidFault("; ".join(mistakes))
        return cls(**given)


@dataclass(eq=False)
class _Active:
    id: str
    fault: Fault
    dice: random.Random
    ends_at: float  # on time.monotonic()
    bitten: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, **asdict(self.fault), "bitten": self.bitten}

    def is_over(self) -> bool:
        used_up = self.fault.count is not None and self.bitten >= self.fault.count
        return used_up or time.monotonic() >= self.ends_at

    def bites(self) -> bool:
        hit = self.dice.random() < self.fault.probability
        self.bitten += hit
        return hit


class Faults:
    """All active faults of the sandbox; every stand-in asks here, through `of(provider)`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: list[_Active] = []
        self._ids = itertools.count(1)
        self._listeners: list[Callable[[], None]] = []

    def of(self, provider: str) -> ProviderFaults:
        return ProviderFaults(self, provider)

    def add(self, fault: Fault) -> dict[str, Any]:
        """Makes it active; returns it as it is listed."""
        ends_at = time.monotonic() + fault.seconds if fault.seconds is not None else float("inf")
        active = _Active(f"flt_{next(self._ids)}", fault, random.Random(fault.seed), ends_at)
        shown = active.as_json()
        with self._lock:
            self._active.append(active)
        self._tell()
        return shown

    def listed(self) -> list[dict[str, Any]]:
        """What is active, oldest first, with `bitten`: how often each has bitten."""
        with self._lock:
            self._drop_what_is_over()
            return [active.as_json() for active in self._active]

    def remove(self, fault_id: str | None = None) -> int:
        """Ends one fault, or all of them; returns how many that were."""
        with self._lock:
            self._drop_what_is_over()
            kept = [active for active in self._active if fault_id not in (None, active.id)]
            removed = len(self._active) - len(kept)
            self._active = kept
        self._tell()
        return removed

    def on_change(self, listener: Callable[[], None]) -> None:
        """`listener` is called after each `add` and `remove`, which return when it has."""
        self._listeners.append(listener)

    def delay(self, provider: str, kind: str) -> float | None:
        """Seconds by which the first fault that bites delays (0 for kinds that do not); None if none bites."""
        with self._lock:
            self._drop_what_is_over()
            for active in self._active:
                if (active.fault.provider, active.fault.kind) == (provider, kind) and active.bites():
                    return active.dice.uniform(*_DELAYS.get(kind, (0.0, 0.0)))
        return None

    def _drop_what_is_over(self) -> None:
        self._active = [active for active in self._active if not active.is_over()]

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


@dataclass(frozen=True)
class ProviderFaults:
    """What one provider suffers."""

    _faults: Faults
    _provider: str

    def bites(self, kind: str) -> bool:
        return self.delay(kind) is not None

    def delay(self, kind: str) -> float | None:
        return self._faults.delay(self._provider, kind)

    def suffer(self, work: Callable[[], T]) -> T:
        """Does the work of one call as far as the faults let it. Raises Broken or Cut."""
        time.sleep(self.delay("slow") or 0.0)
        if self.bites("timeout_before_accept"):
            _hold_and_cut()
        if self.bites("error"):
            raise Broken
        done = work()
        if self.bites("timeout_after_accept"):
            _hold_and_cut()
        return done


def _hold_and_cut() -> None:
    time.sleep(HOLD_SECONDS)
    raise Cut


def _mistakes(given: Mapping[str, Any]) -> list[str]:
    unknown = sorted(given.keys() - Fault.__dataclass_fields__.keys())
    count = given.get("count", 1)
    checks = {
        f"there is no {', '.join(unknown)}": not unknown,
        "probability must be a number from 0 to 1": _is_number(given.get("probability", 1), 0, 1),
        "count must be a whole number above 0": _is_whole(count) and count > 0,
        "seconds must be a number above 0": _is_number(given.get("seconds", 1), 0.001, 1e9),
        "seed must be a whole number": _is_whole(given.get("seed", 1)),
    }
    mistake = _mistake_of_kind(given.get("provider"), given.get("kind"))
    return ([mistake] if mistake else []) + [message for message, holds in checks.items() if not holds]


def _mistake_of_kind(provider: object, kind: object) -> str | None:
    if not isinstance(provider, str) or provider not in KINDS:
        return f"provider must be one of {', '.join(KINDS)}"
    every_kind = KINDS["lekab"]
    if not isinstance(kind, str) or kind not in every_kind:
        return f"kind must be one of {', '.join(every_kind)}"
    if kind not in KINDS[provider]:
        return f"{provider} cannot have {kind}: it can have {', '.join(KINDS[provider])}"
    return None


def _is_number(value: object, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
