"""A part that is made at its first use, once a process, safely between threads."""

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Owner = TypeVar("Owner")
Part = TypeVar("Part")

_making = threading.RLock()


class once(Generic[Part]):  # noqa: N801 - a decorator, written like `property`
    """Like `functools.cached_property`, under a lock.

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
        with _making:
            if self._name not in owner.__dict__:
                owner.__dict__[self._name] = self._make(owner)
        made: Part = owner.__dict__[self._name]
        return made
