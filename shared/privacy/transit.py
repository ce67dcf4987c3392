"""Names, texts and codes on their way into an SMS: stored only under the data key of the day they came.

The day's key is wrapped by the Cloud KMS key `transit`, unwrapped once per process, and deleted with its last text.
"""

import threading
from datetime import date

from shared.database.queries import keys as queries
from shared.database.transactions import Database
from shared.ports import KeyService
from shared.privacy.sealing import SealingKey

TRANSIT_KEY = "transit"


class TransitKeyGone(Exception):
    """The day's key was deleted: what was under it is gone for good."""


class Transit:
    """The days' keys, for sealing and opening. Call it outside a transaction: it may ask the key service."""

    def __init__(self, database: Database, keys: KeyService) -> None:
        self._database = database
        self._keys = keys
        self._lock = threading.Lock()
        self._known: dict[date, SealingKey] = {}

    def of_day(self, day: date, *, make: bool = False) -> SealingKey:
        """The day's key; `make` creates one where there is none. Raises `TransitKeyGone`."""
        with self._lock:
            if day not in self._known:
                self._known[day] = SealingKey(self._find(day, make))
            return self._known[day]

    def _find(self, day: date, make: bool) -> bytes:
        context = f"transit:{day.isoformat()}".encode()
        with self._database.transaction() as tx:
            stored = queries.transit_key(tx, day)
        if stored is None and make:
            candidate = SealingKey.generate()
            wrapped = self._keys.wrap(TRANSIT_KEY, candidate, context)
            with self._database.transaction() as tx:
                stored = queries.add_transit_key(tx, day, wrapped)
            if stored == wrapped.ciphertext:
                return candidate
        if stored is None:
            raise TransitKeyGone(day.isoformat())
        return self._keys.unwrap(TRANSIT_KEY, stored, context)
