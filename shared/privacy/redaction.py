"""Errors as a log may hold them: where they happened, never what they said. A message can quote a number."""

import traceback


def describe(error: BaseException) -> str:
    """The type of an error and the places it went through."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-6:]))
    return f"{type(error).__module__}.{type(error).__name__} at {places}"
