"""Records that keep some of what they hold out of logs."""

from typing import ClassVar

from msgspec import Struct


class Masked(Struct, frozen=True):
    """A record whose `hidden` fields are never printed."""

    hidden: ClassVar[tuple[str, ...]]

    def __repr__(self) -> str:
        shown = (name for name in self.__struct_fields__ if name not in self.hidden)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"
