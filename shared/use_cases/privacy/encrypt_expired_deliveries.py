"""The hourly run that takes numbers and gifts out of clear. It can be stopped anywhere and run twice."""

import logging
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.database.queries import deliveries, figures, keys, sends
from shared.database.transactions import Database
from shared.domain.retention import must_encrypt_before
from shared.ports import Clock, KeyService, KeyServiceFault, SupplierUnavailable
from shared.privacy import envelope
from shared.privacy.redaction import describe
from shared.use_cases.sends import extra_sms

log = logging.getLogger(__name__)

SENDS_AT_ONCE = 1_000
ROWS_AT_ONCE = 5_000
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
    for send in work.due():
        work.try_send(send)
    with database.transaction() as tx:
        overdue = deliveries.overdue(tx, clock.now()) + deliveries.in_clear_though_encrypted(tx, started - LOOK_BACK)
        left = sends.to_encrypt(tx, must_encrypt_before(started), None, 1)
    if left or overdue:
        log.error("%d sends could not be encrypted, %d rows are over their limit", work.failed, overdue)
        raise EncryptionIncomplete
    return Run(work.rows, work.data_keys, overdue)


class _Work:
    """One run, and what it has done so far."""

    def __init__(self, database: Database, key_service: KeyService, now: datetime) -> None:
        self._database = database
        self._key_service = key_service
        self._now = now
        self._keys: dict[tuple[str, date], tuple[envelope.DataKey, int] | None] = {}
        self.rows = self.data_keys = self.failed = 0

    def due(self) -> Iterator[sends.Expiring]:
        """All that are this run's, the oldest first, past those that have failed."""
        last: sends.Expiring | None = None
        while True:
            with self._database.transaction() as tx:
                page = sends.to_encrypt(tx, must_encrypt_before(self._now), last, SENDS_AT_ONCE)
            if not page:
                return
            yield from page
            last = page[-1]

    def try_send(self, send: sends.Expiring) -> None:
        """Encrypt all of the send, or note that it failed."""
        try:
            key = self._key(send.company_id, send.send_day)
            if key is None:
                self.failed += 1
            else:
                self._encrypt(send, *key)
        except Exception as error:  # whatever ails one send, the others' limits are the same
            log.error("send %s was not encrypted: %s", send.id, describe(error))
            self.failed += 1

    def _key(self, company_id: str, send_day: date) -> tuple[envelope.DataKey, int] | None:
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
                self._keys[place] = data_key, keys.add_data_key(tx, company_id, send_day, data_key.wrapped)
            self.data_keys += 1
        return self._keys[place]

    def _encrypt(self, send: sends.Expiring, data_key: envelope.DataKey, data_key_id: int) -> None:
        for wait in (False, True):  # what others held is waited for once the rest is done
            after: int | None = 0
            while after is not None:
                after = self._encrypt_batch(send, data_key, data_key_id, after, wait)
        with self._database.transaction() as tx:
            known = sends.lock(tx, send.company_id, send.id)
            if known and sends.forget_gift(tx, send.company_id, send.id, self._now):
                figures.add_send(tx, known)

    def _encrypt_batch(
        self, send: sends.Expiring, data_key: envelope.DataKey, data_key_id: int, after: int, wait: bool
    ) -> int | None:
        """Encrypt some rows from just after a position; the last one's, or None where it was the last of all."""
        with self._database.transaction() as tx:
            rows = deliveries.in_clear(tx, send.company_id, send.id, after, ROWS_AT_ONCE, wait=wait)
            if not rows:
                return None
            records = [(row.position, _seal(send, data_key, row)) for row in rows]
            # an extra SMS tells of a second link to the gift: it must not lead from the one row to the other
            extra_sms.forget(tx, send.company_id, send.id, [row.position for row in rows], self._now)
            encrypted = deliveries.encrypt(tx, send.company_id, send.id, data_key_id, records)
        self.rows += encrypted
        return rows[-1].position if len(rows) == ROWS_AT_ONCE else None


def _seal(send: sends.Expiring, data_key: envelope.DataKey, row: deliveries.InClear) -> bytes:
    place = envelope.Place(send.company_id, send.id, row.position, data_key.wrapped.version)
    gift = send.gift_code if row.coupon_id else None
    return envelope.seal(data_key.sealing, place, envelope.Record(row.phone, gift, row.coupon_id))
