"""What a soak will do and when, all of it from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from sandbox.stand_ins.faults import KINDS

RECIPIENTS_PER_SECOND = 20
"""What the pipeline of a small machine does with ease, faults and all."""

FAULTS_PER_SECOND = 0.6
GIFTS = ("coffee", "coffee", "ice_cream", "groceries_100", "cinema")
HOSTS = ("http", "pubsub", "schedule")

# Those without a stand-in cannot suffer, and the database is taken down once, as an event of its own.
_WITHOUT_STAND_IN = ("mailchimp", "hubspot")
_EVERY_FAULT = [
    (provider, kind)
    for provider, kinds in KINDS.items()
    for kind in kinds
    if provider not in _WITHOUT_STAND_IN and (provider, kind) != ("database", "down")
]
_SIZES, _WEIGHTS = ((1, 10), (10, 80), (100, 400)), (6, 3, 1)  # recipients; how often


@dataclass(frozen=True)
class PlannedSend:
    """`start_in_minutes` of the sandbox's clock, None for at once; `cancel_after` seconds, None for never;
    `posted_twice` by a program that has lost the answer."""

    at: float
    company: int
    gift: str
    numbers: tuple[str, ...]
    start_in_minutes: int | None
    cancel_after: float | None
    posted_twice: bool


@dataclass(frozen=True)
class Plan:
    """Moments are seconds since the trouble began; all of it lies within `span`."""

    span: float
    sends: tuple[PlannedSend, ...]
    faults: tuple[tuple[float, dict[str, Any]], ...]
    kills: tuple[tuple[float, str], ...]
    database_restart: float
    redemptions: tuple[float, ...]
    top_ups: tuple[float, ...]


def make_plan(sends: int, seconds: float, seed: int, companies: int) -> Plan:
    """Trouble for the first half of the time. The same arguments give the same plan."""
    dice, span = random.Random(seed), seconds / 2
    sizes = _sizes(dice, sends, round(seconds * RECIPIENTS_PER_SECOND))
    numbers = iter(dice.sample(range(10**6, 10**7), sum(sizes)))
    planned = []
    for size in sizes:
        scheduled = dice.randint(1, 4) if dice.random() < 0.2 else None
        cancelled = dice.uniform(0, span / 6) if dice.random() < 0.2 else None
        phones = tuple(f"+4670{next(numbers)}" for _ in range(size))
        at = dice.uniform(0, span * 0.9)
        company, gift, twice = dice.randrange(companies), dice.choice(GIFTS), dice.random() < 0.3
        planned.append(PlannedSend(at, company, gift, phones, scheduled, cancelled, twice))
    return Plan(
        span,
        tuple(sorted(planned, key=lambda send: send.at)),
        tuple(_faults(dice, span)),
        tuple((dice.uniform(0.1, 0.95) * span, dice.choice(HOSTS)) for _ in range(max(2, round(span / 10)))),
        dice.uniform(0.3, 0.7) * span,
        tuple(dice.uniform(0.3, 1) * span for _ in range(round(span / 2))),
        tuple(dice.uniform(0, 1) * span for _ in range(round(span / 10))),
    )


def _sizes(dice: random.Random, sends: int, most: int) -> list[int]:
    """Mostly small ones, and together at most `most` wherever each can have one."""
    sizes = [dice.randint(*dice.choices(_SIZES, _WEIGHTS)[0]) for _ in range(sends)]
    share = min(1.0, most / sum(sizes))
    return [max(1, int(size * share)) for size in sizes]


def _faults(dice: random.Random, span: float) -> list[tuple[float, dict[str, Any]]]:
    """Every kind in turn, in an order of the dice; how many depends on the time there is."""
    number = max(8, round(span * FAULTS_PER_SECOND))
    order = dice.sample(_EVERY_FAULT, len(_EVERY_FAULT))
    return [(dice.uniform(0, 0.9) * span, _fault(dice, *order[index % len(order)])) for index in range(number)]


def _fault(dice: random.Random, provider: str, kind: str) -> dict[str, Any]:
    down = kind == "down"
    return {
        "provider": provider,
        "kind": kind,
        "probability": 1.0 if down else round(dice.uniform(0.1, 0.5), 2),
        "seconds": round(dice.uniform(1, 3) if down else dice.uniform(2, 10), 1),
        "seed": dice.randrange(2**31),
    }
