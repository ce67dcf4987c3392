"""Errors as a log may hold them: where they happened, never what they said. A message can quote a number."""

import traceback
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = (str(ROOT / "shared"), str(ROOT / "functions"))
FRAMES = 6
LARGEST_ERROR_NUMBER = 99_999
"""MySQL's have at most five digits; whatever is longer may be a phone's."""


def describe(error: BaseException) -> str:
    """The type of an error, its number where it has one, and the places in our code that it went through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(OURS)] or list(frames)
    places = " < ".join(_place(frame) for frame in reversed(ours[-FRAMES:]))
    return f"{type(error).__module__}.{type(error).__name__}{_number(error)} at {places}"


def _place(frame: traceback.FrameSummary) -> str:
    file = Path(frame.filename)
    shown = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file.name
    return f"{shown}:{frame.lineno} {frame.name}"


def _number(error: BaseException) -> str:
    number = error.args[0] if error.args else None
    return f"({number})" if type(number) is int and abs(number) <= LARGEST_ERROR_NUMBER else ""
