"""What waits for a supplier that is left in peace is taken up by the next sweep, at once when the supplier is back."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.database.queries import sends
from shared.database.transactions import Database, insist
from shared.domain.chunks import STANDS_STILL
from shared.ports import Clock, SupplierPaused


@contextmanager
def left_to_sweep(database: Database, send: sends.Send, clock: Clock) -> Iterator[None]:
    """Work on a send. Where it raises `SupplierPaused`, the send counts as standing still from now on."""
    try:
        yield
    except SupplierPaused:
        since = clock.now() - STANDS_STILL
        insist(database, lambda tx: sends.nudge(tx, send.company_id, send.id, since))
        raise
