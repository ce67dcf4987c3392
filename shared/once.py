"""A part that is made at its first use, once a process, safely between threads."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Owner = TypeVar("Owner")
Part = TypeVar("Part")


class once(Generic[Part]):  # noqa: N801 - a decorator, written like `property`
    """Like `functools.cached_property`, under a lock of its own: a part that waits for a supplier holds up no other.

    Why not at import: gunicorn imports in its master and forks, and threads or connections made before the fork
    are dead in the worker.
    """

    def __init__(self, make: Callable[[Any], Part]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> "once[Part]": ...
    @overload
    def __get__(self, owner: object, kind: type) -> Part: ...
    def __get__(self, owner: object | None, kind: type) -> "once[Part] | Part":
        if owner is None:
            return self
        parts = owner.__dict__
        lock: threading.RLock = parts.setdefault(f"{self._name}.lock", threading.RLock())
        with lock:
            if self._name not in parts:
                parts[self._name] = self._make(owner)
        made: Part = parts[self._name]
        return made
