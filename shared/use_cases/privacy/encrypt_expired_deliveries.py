"""The hourly run that takes numbers and gifts out of clear. It can be stopped anywhere and run twice."""

import logging
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.database.queries import deliveries, extra_sms, figures, keys, sends
from shared.database.transactions import Database
from shared.domain.errors import SameMoment
from shared.domain.retention import must_encrypt_before
from shared.observability.context import carried
from shared.ports import Clock, KeyService, KeyServiceFault, SupplierUnavailable
from shared.privacy import envelope
from shared.privacy.redaction import describe
from shared.use_cases.sends import extra_sms as extra

log = logging.getLogger(__name__)

SENDS_AT_ONCE = 1_000
ROWS_AT_ONCE = 2_500
CHUNKS_AT_ONCE = 2
"""One chunk of rows is read and sealed while the database writes the one before. Each is a transaction of its own."""
SENDS_AHEAD = 4
"""How many sends are begun before the first of them is brought to its end: small ones overlap as chunks do."""
LOOK_BACK = timedelta(days=1)
"""Of sends that were encrypted since, the rows themselves are looked at too; of older ones `measure_privacy` does."""


class Run(Struct, frozen=True):
    """What a run has done. `overdue`: rows still in clear over their limit, or though noted as encrypted; must be 0."""

    rows: int
    data_keys: int
    overdue: int


class EncryptionIncomplete(Exception):
    """Some sends are still to be encrypted: the run must come again, and somebody must look."""


def encrypt_expired_deliveries(database: Database, key_service: KeyService, clock: Clock) -> Run:
    """Encrypt every row that would pass its limit before the next run: one data key a company, send day and run.

    Neither a company whose key cannot be used nor a send that fails holds up the others. Raises `EncryptionIncomplete`
    at the end where a send was left, or any row is over its limit.
    """
    started = clock.now()
    work = _Work(database, key_service, started)
    with ThreadPoolExecutor(CHUNKS_AT_ONCE, thread_name_prefix="encrypt") as workers:
        work.encrypt_all(workers)
    with database.transaction() as tx:
        overdue = deliveries.overdue(tx, clock.now()) + deliveries.in_clear_though_encrypted(tx, started - LOOK_BACK)
        left = sends.to_encrypt(tx, must_encrypt_before(started), None, 1)
    if left or overdue:
        log.error("%d sends could not be encrypted, %d rows are over their limit", work.failed, overdue)
        raise EncryptionIncomplete
    return Run(work.rows, work.data_keys, overdue)


class _Key(Struct, frozen=True):
    id: int
    data: envelope.DataKey


class _Begun(Struct, frozen=True):
    """A send whose chunks the workers have, or are about to get."""

    send: sends.Expiring
    key: _Key
    chunks: list[Future[int]]


class _Work:
    """One run, and what it has done so far. What is counted is counted by one thread: the workers' chunks tell it."""

    def __init__(self, database: Database, key_service: KeyService, now: datetime) -> None:
        self._database = database
        self._key_service = key_service
        self._now = now
        self._keys: dict[tuple[str, date], _Key | None] = {}
        self.rows = self.data_keys = self.failed = 0

    def encrypt_all(self, workers: Executor) -> None:
        """Each send, or note that it failed."""
        begun: deque[_Begun] = deque()
        for send in self._due():
            with self._told_of(send):
                if key := self._key(send.company_id, send.send_day):
                    work = carried(self._encrypt_chunk)
                    begun.append(_Begun(send, key, [workers.submit(work, send, key, at) for at in _firsts(send)]))
                else:
                    self.failed += 1
            if len(begun) > SENDS_AHEAD:
                self._end(begun.popleft())
        while begun:
            self._end(begun.popleft())

    def _due(self) -> Iterator[sends.Expiring]:
        """All that are this run's, the oldest first, past those that have failed."""
        last: sends.Expiring | None = None
        while True:
            with self._database.transaction() as tx:
                page = sends.to_encrypt(tx, must_encrypt_before(self._now), last, SENDS_AT_ONCE)
            if not page:
                return
            yield from page
            last = page[-1]

    @contextmanager
    def _told_of(self, send: sends.Expiring) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # whatever ails one send, the others' limits are the same
            log.error("send %s was not encrypted: %s", send.id, describe(error))
            self.failed += 1

    def _key(self, company_id: str, send_day: date) -> _Key | None:
        """The run's data key for the company's day; None where the key service has refused one."""
        place = company_id, send_day
        if place not in self._keys:
            try:
                data_key = envelope.new_data_key(self._key_service, company_id, send_day)
            except (SupplierUnavailable, KeyServiceFault) as error:
                log.error("company %s cannot be encrypted: %s", company_id, type(error).__name__)
                self._keys[place] = None
                return None
            with self._database.transaction() as tx:
                self._keys[place] = _Key(keys.add_data_key(tx, company_id, send_day, data_key.wrapped), data_key)
            self.data_keys += 1
        return self._keys[place]

    def _end(self, begun: _Begun) -> None:
        send = begun.send
        with self._told_of(send):
            self.rows += sum(chunk.result() for chunk in begun.chunks)
            if not self._forget_gift(send):  # what others held is waited for once the rest is done
                for first in _firsts(send):
                    self.rows += self._encrypt_rows(send, begun.key, first, wait=True)
                self._forget_gift(send)

    def _forget_gift(self, send: sends.Expiring) -> bool:
        """Once all of it is encrypted; whether it just did."""
        with self._database.transaction() as tx:
            known = sends.lock(tx, send.company_id, send.id)
            forgotten = known is not None and sends.forget_gift(tx, send.company_id, send.id, self._now)
            if known and forgotten:
                figures.add_send(tx, known)
        return forgotten

    def _encrypt_chunk(self, send: sends.Expiring, key: _Key, first: int) -> int:
        """Those rows of a chunk that nobody holds; how many."""
        try:
            return self._encrypt_rows(send, key, first, wait=False)
        except SameMoment:  # they are left for now, as those that others hold
            return 0

    def _encrypt_rows(self, send: sends.Expiring, key: _Key, first: int, *, wait: bool) -> int:
        with self._database.transaction() as tx:
            last = first + ROWS_AT_ONCE - 1
            rows = deliveries.in_clear(tx, send.company_id, send.id, first, last, wait=wait)
            if not rows:
                return 0
            records = [(row.position, _seal(send, key.data, row)) for row in rows]
            # an extra SMS tells of a second link to the gift: it must not lead from the one row to the other
            known = extra_sms.positions(tx, send.company_id, send.id, first, last)  # no more while these are locked
            extra.forget(tx, send.company_id, send.id, [at.position for at in rows if at.position in known], self._now)
            return deliveries.encrypt(tx, send.company_id, send.id, key.id, records)


def _firsts(send: sends.Expiring) -> range:
    """The first position of each of its chunks."""
    return range(1, send.accepted + 1, ROWS_AT_ONCE)


def _seal(send: sends.Expiring, data_key: envelope.DataKey, row: deliveries.InClear) -> bytes:
    place = envelope.Place(send.company_id, send.id, row.position, data_key.wrapped.version)
    gift = send.gift_code if row.coupon_id else None
    return envelope.seal(data_key.sealing, place, envelope.Record(row.phone, gift, row.coupon_id))
