"""Regular expressions that are compiled at their first use: a long one takes milliseconds, of every cold start."""

import re
from collections.abc import Callable
from functools import cache


def pattern(text: str, flags: int = 0) -> Callable[[], re.Pattern[str]]:
    """What gives it, compiled once a process."""
    return cache(lambda: re.compile(text, flags))
