"""Reading an encrypted send: one of the staff asks with a reason, another approves, and a reading is logged first."""

import logging
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from shared.database.queries import disclosures, staff_log
from shared.database.queries.disclosures import Disclosure, Reading, SealedRow
from shared.database.queries.staff_log import Action
from shared.database.transactions import Database, Transaction
from shared.domain import ids
from shared.domain.disclosure import OPEN_FOR, Disclosed, DisclosureState
from shared.domain.errors import Conflict, Forbidden, NotFound
from shared.ports import KeyService, KeyServiceFault
from shared.privacy import envelope
from shared.privacy.sealing import SealingKey

log = logging.getLogger(__name__)


def ask(database: Database, staff: str, send_id: str, reason: str, now: datetime) -> Disclosure:
    """Raises `NotFound`, and `Conflict` for a send that is still in clear."""
    with database.transaction() as tx:
        found = disclosures.encrypted_at(tx, send_id)
        if found is None:
            raise NotFound("There is no such send.")
        company_id, since = found
        if since is None:
            raise Conflict("This send is not encrypted yet: its rows are in clear and need no disclosure.")
        asked = Disclosure(ids.new_id("dis"), company_id, send_id, reason, staff.casefold(), now)
        disclosures.add(tx, asked)
        staff_log.add(tx, staff, Action.DISCLOSURE_ASK, [asked.id], now)
    return asked


def approve(database: Database, staff: str, disclosure_id: str, now: datetime) -> Disclosure:
    """Open it for an hour. Raises `NotFound`, `Forbidden` for who asked, and `Conflict` for what is not asked."""
    with database.transaction() as tx:
        found = disclosures.lock(tx, disclosure_id)
        if found is None:
            raise _unknown()
        if staff.casefold() == found.asked_by:
            raise Forbidden("You asked for this yourself. Reading takes two people: let someone else approve it.")
        state = found.state(now)
        if state is not DisclosureState.ASKED:
            raise Conflict(f"This disclosure does not wait for approval: it is {state}.")
        approved = replace(found, approved_by=staff.casefold(), approved_at=now, closes_at=now + OPEN_FOR)
        disclosures.approve(tx, approved)
        staff_log.add(tx, staff, Action.DISCLOSURE_APPROVE, [found.id], now)
    return approved


def read(
    database: Database, keys: KeyService, staff: str, disclosure_id: str, after: int, most: int, now: datetime
) -> tuple[str, list[Disclosed]]:
    """The send, and its deliveries from just after a position.

    The reading is committed to the log before the first of them is deciphered, with the decrypts it makes: one for
    each data key, which lives no longer than this call. Raises `NotFound`, `Forbidden` and `Conflict`.
    """
    with database.transaction() as tx:
        found = _readable(disclosures.get(tx, disclosure_id), staff, now)
        rows = disclosures.sealed(tx, found.company_id, found.send_id, after, most)
        if rows:
            _log(tx, found, staff, rows, now)
    try:
        opened = _data_keys(keys, found.company_id, rows)
    except KeyServiceFault as fault:
        log.error("disclosure %s: %s", found.id, fault)
        raise Conflict("The key service refuses the company's key. Has the agreement ended?") from None
    return found.send_id, [_unseal(opened[row.data_key_id], found, row) for row in rows]


def _readable(found: Disclosure | None, staff: str, now: datetime) -> Disclosure:
    if found is None:
        raise _unknown()
    if staff.casefold() not in (found.asked_by, found.approved_by):
        raise Forbidden("Only the two who asked for and approved this disclosure may read it.")
    match found.state(now):
        case DisclosureState.OPEN:
            return found
        case DisclosureState.CLOSED:
            raise Forbidden("This disclosure was open for one hour, which is over. Ask again if you must read more.")
        case DisclosureState.EXPIRED:
            raise Conflict("Nobody approved this disclosure within 7 days. Ask again.")
        case DisclosureState.ASKED:
            raise Conflict("This disclosure waits for another member of staff to approve it.")


def _log(tx: Transaction, found: Disclosure, staff: str, rows: Sequence[SealedRow], now: datetime) -> None:
    decrypts = len({row.data_key_id for row in rows})
    reading = Reading(found.id, found.company_id, staff.casefold(), now, rows[0].position, rows[-1].position, decrypts)
    disclosures.add_reading(tx, reading)
    staff_log.add(tx, staff, Action.DISCLOSURE_READ, [found.id], now)


def _data_keys(keys: KeyService, company_id: str, rows: Sequence[SealedRow]) -> dict[int, SealingKey]:
    """Each data key of the rows, with one call to the key service."""
    distinct = {row.data_key_id: row for row in rows}
    return {
        data_key_id: envelope.open_data_key(keys, company_id, row.send_day, row.wrapped_key)
        for data_key_id, row in distinct.items()
    }


def _unseal(key: SealingKey, found: Disclosure, row: SealedRow) -> Disclosed:
    place = envelope.Place(found.company_id, found.send_id, row.position, row.key_version)
    record = envelope.unseal(key, place, row.record)
    return Disclosed(row.position, row.state, record.phone, record.gift)


def _unknown() -> NotFound:
    return NotFound("There is no such disclosure.")
