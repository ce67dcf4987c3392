"""The hourly run that takes numbers and gifts out of clear. It can be stopped anywhere and run twice."""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from shared.database.queries import deliveries, keys, sends
from shared.database.transactions import Database
from shared.domain.retention import must_encrypt_before
from shared.ports import Clock, KeyService, KeyServiceFault, SupplierUnavailable
from shared.privacy import envelope

log = logging.getLogger(__name__)

SENDS_AT_ONCE = 1_000
ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Run:
    """What a run has done. `overdue`: rows in clear over their limit afterwards; must be 0."""

    rows: int
    data_keys: int
    overdue: int


class EncryptionIncomplete(Exception):
    """Some companies' rows are still to be encrypted: the run must come again, and somebody must look."""


def encrypt_expired_deliveries(database: Database, key_service: KeyService, clock: Clock) -> Run:
    """Encrypt every row that would pass its limit before the next run: one data key a company, send day and run.

    A company whose key cannot be used does not hold up the others. Raises `EncryptionIncomplete` at the end then.
    """
    started, rows, data_keys, failed = clock.now(), 0, 0, 0
    with database.transaction() as tx:
        due = sends.to_encrypt(tx, must_encrypt_before(started), SENDS_AT_ONCE)
    by_key: defaultdict[tuple[str, date], list[sends.Expiring]] = defaultdict(list)
    for send in due:
        by_key[send.company_id, send.send_day].append(send)
    for (company_id, send_day), group in by_key.items():
        try:
            data_key = envelope.new_data_key(key_service, company_id, send_day)
        except (SupplierUnavailable, KeyServiceFault) as error:
            log.error("company %s cannot be encrypted: %s", company_id, type(error).__name__)
            failed += 1
            continue
        with database.transaction() as tx:
            data_key_id = keys.add_data_key(tx, company_id, send_day, data_key.wrapped)
        data_keys += 1
        rows += sum(_encrypt_send(database, send, data_key, data_key_id, started) for send in group)
    with database.transaction() as tx:
        overdue = deliveries.overdue(tx, clock.now())
    if failed or len(due) == SENDS_AT_ONCE:
        raise EncryptionIncomplete(f"{failed} companies failed, {len(due)} sends were due")
    return Run(rows, data_keys, overdue)


def _encrypt_send(
    database: Database, send: sends.Expiring, data_key: envelope.DataKey, data_key_id: int, now: datetime
) -> int:
    done = 0
    while batch := _encrypt_batch(database, send, data_key, data_key_id):
        done += batch
    with database.transaction() as tx:
        sends.forget_gift(tx, send.company_id, send.id, now)
    return done


def _encrypt_batch(database: Database, send: sends.Expiring, data_key: envelope.DataKey, data_key_id: int) -> int:
    with database.transaction() as tx:
        rows = deliveries.in_clear(tx, send.company_id, send.id, ROWS_AT_ONCE)
        records = [(row.position, _seal(send, data_key, row)) for row in rows]
        return deliveries.encrypt(tx, send.company_id, send.id, data_key_id, records) if records else 0


def _seal(send: sends.Expiring, data_key: envelope.DataKey, row: deliveries.InClear) -> bytes:
    place = envelope.Place(send.company_id, send.id, row.position, data_key.wrapped.version)
    gift = send.gift_code if row.coupon_id else None
    return envelope.seal(data_key.sealing, place, envelope.Record(row.phone, gift, row.coupon_id))
