"""Values that hypothesis draws once, for tests that put them together by dice: a drawing costs more than a test."""

from functools import cache
from typing import TypeVar

from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


@cache
def drawn(values: SearchStrategy[T], number: int) -> list[T]:
    """So many of them at most, the same each time."""
    found: list[T] = []

    @settings(max_examples=number, deadline=None, derandomize=True, database=None, phases=[Phase.generate])
    @given(values)
    def draw(value: T) -> None:
        found.append(value)

    draw()
    return found
