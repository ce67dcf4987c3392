"""What a soak will do and when, all of it from one seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.stand_ins.faults import KINDS, InvalidFault

RECIPIENTS_PER_SECOND = 20
"""What the pipeline of a small machine does with ease, faults and all."""

FAULTS_PER_SECOND = 0.6
CHOSEN_AT_MOST_SECONDS = 60
"""How long a chosen fault holds: clients give up after two minutes without an answer."""

GIFTS = ("coffee", "coffee", "ice_cream", "groceries_100", "cinema")
HOSTS = ("http", "pubsub", "schedule")

_MET_BY_NO_SEND = ("mailchimp", "hubspot")
_EVERY_FAULT = [
    (provider, kind) for provider, kinds in KINDS.items() for kind in kinds if provider not in _MET_BY_NO_SEND
]
# The dice take the database down once, as an event of its own.
_FAULTS_OF_DICE = [fault for fault in _EVERY_FAULT if fault != ("database", "down")]
_SIZES, _WEIGHTS = ((1, 10), (10, 80), (100, 400)), (6, 3, 1)  # recipients; how often


@dataclass(frozen=True)
class PlannedSend:
    """`start_in_minutes` of the sandbox's clock, None for at once; `cancel_after` seconds, None for never;
    `posted_twice` at the same moment, with one key."""

    at: float
    company: int
    gift: str
    numbers: tuple[str, ...]
    start_in_minutes: int | None
    cancel_after: float | None
    posted_twice: bool


@dataclass(frozen=True)
class Plan:
    """Moments are seconds since the trouble began; all of it lies within `span`. `held` is there before the first."""

    span: float
    sends: tuple[PlannedSend, ...]
    faults: tuple[tuple[float, dict[str, Any]], ...]
    kills: tuple[tuple[float, str], ...]
    database_restarts: tuple[float, ...]
    redemptions: tuple[float, ...]
    top_ups: tuple[float, ...]
    held: tuple[dict[str, Any], ...] = ()


def read_faults(text: str) -> tuple[tuple[str, str], ...]:
    """`lekab:slow,pubsub:down` as providers and kinds. Raises InvalidFault with what can be chosen."""
    chosen = {one: tuple(one.strip().split(":")) for one in text.split(",")}
    if unknown := [one for one, fault in chosen.items() if fault not in _EVERY_FAULT]:
        raise InvalidFault(f"no such fault: {', '.join(unknown)}; there are {', '.join(map(':'.join, _EVERY_FAULT))}")
    return tuple(fault for fault in _EVERY_FAULT if fault in chosen.values())


def make_plan(sends: int, seconds: float, seed: int, companies: int) -> Plan:
    """Trouble for the first half of the time. The same arguments give the same plan."""
    dice, span = random.Random(seed), seconds / 2
    sizes = _sizes(dice, sends, round(seconds * RECIPIENTS_PER_SECOND))
    numbers = iter(dice.sample(range(10**6, 10**7), sum(sizes)))
    planned: list[PlannedSend] = []
    for size in sizes:
        scheduled = dice.randint(1, 4) if dice.random() < 0.2 else None
        cancelled = dice.uniform(0, span / 6) if dice.random() < 0.2 else None
        phones = tuple(f"+4670{next(numbers)}" for _ in range(size))
        at = dice.uniform(0, span * 0.9)
        company, gift = dice.randrange(companies), dice.choice(GIFTS)
        twice = dice.random() < 0.3 or not planned  # one at least
        planned.append(PlannedSend(at, company, gift, phones, scheduled, cancelled, twice))
    return Plan(
        span,
        tuple(sorted(planned, key=lambda send: send.at)),
        tuple(_faults(dice, span)),
        tuple((dice.uniform(0.1, 0.95) * span, dice.choice(HOSTS)) for _ in range(max(2, round(span / 10)))),
        (dice.uniform(0.3, 0.7) * span,),
        tuple(dice.uniform(0.3, 1) * span for _ in range(round(span / 2))),
        tuple(dice.uniform(0, 1) * span for _ in range(round(span / 10))),
    )


def with_chosen_faults(plan: Plan, chosen: Sequence[tuple[str, str]], seed: int) -> Plan:
    """The same sends, in which nothing but these goes wrong, but that at every chance there is."""
    seconds = min(plan.span, CHOSEN_AT_MOST_SECONDS)
    held = tuple({"provider": provider, "kind": kind, "seconds": seconds, "seed": seed} for provider, kind in chosen)
    return replace(plan, faults=(), kills=(), database_restarts=(), held=held)


def _sizes(dice: random.Random, sends: int, most: int) -> list[int]:
    """Mostly small ones, and together at most `most` wherever each can have one."""
    sizes = [dice.randint(*dice.choices(_SIZES, _WEIGHTS)[0]) for _ in range(sends)]
    share = min(1.0, most / sum(sizes))
    return [max(1, int(size * share)) for size in sizes]


def _faults(dice: random.Random, span: float) -> list[tuple[float, dict[str, Any]]]:
    """Every kind in turn, in an order of the dice; how many depends on the time there is."""
    number = max(8, round(span * FAULTS_PER_SECOND))
    order = dice.sample(_FAULTS_OF_DICE, len(_FAULTS_OF_DICE))
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
