"""A database that ends the run: its instance is taken away."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from shared.database.transactions import PooledDatabase, Transaction


class Stopped(BaseException):
    """The run ends here: the instance was taken away, and nothing handles that."""


@dataclass
class StoppingDatabase:
    """Ends the run when its transactions are used up, in whichever thread."""

    inner: PooledDatabase
    left: int
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self._lock:
            if self.left == 0:
                raise Stopped
            self.left -= 1
        with self.inner.transaction() as tx:
            yield tx
