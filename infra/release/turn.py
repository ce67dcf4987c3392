"""One at a time: a deployment and a restore move the same traffic, and a deployment opens what a restore has closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from infra.release.cloud import AnswerLost, Cloud, CommandFailed


@contextmanager
def turn(cloud: Cloud, who: str, say: Callable[[str], None]) -> Iterator[None]:
    """`who` does what, for whoever comes meanwhile. Raises `CommandFailed` where another one has it."""
    cloud.take_turn(who)
    try:
        yield
    finally:
        try:
            cloud.end_turn()
        except (CommandFailed, AnswerLost) as error:
            say(f"the turn was not given back: {error}")
