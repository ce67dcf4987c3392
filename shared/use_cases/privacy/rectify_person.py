"""Putting right what is wrong of a person: a recipient's number, an account holder's names."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from shared.database.queries import opt_outs, outbox, people, persons_data, sends
from shared.database.queries.deliveries import NOT_BEGUN
from shared.database.queries.persons_data import Row
from shared.database.transactions import Database, Transaction, insist
from shared.domain.chunks import chunk_of
from shared.domain.delivery import DeliveryState
from shared.domain.persons_data import Moved, NewNames, Renamed
from shared.domain.phone_number import PhoneNumber
from shared.domain.topics import SMS_WANTED
from shared.ports import Contact, ContactRefused, Crm, Marketing, OutcomeUnknown, SupplierUnavailable
from shared.use_cases.privacy.erase_person import go_on, let_go


class NewNumber(Struct, frozen=True):
    phone: PhoneNumber
    fingerprint: bytes

    def __repr__(self) -> str:
        return f"NewNumber({self.phone})"


def move_to_new_number(
    tx: Transaction, company_id: str, wrong: bytes, new: NewNumber, until: datetime, now: datetime
) -> Moved:
    """What has not left goes to the right number, checked as at upload; what has left is to be erased, as it is of
    another person. All at once, so that nothing is half put right."""
    refused = bool(opt_outs.among(tx, company_id, [new.fingerprint]))
    moved = dropped = 0
    for send_id in persons_data.sends_to(tx, company_id, wrong, until):
        send = sends.lock(tx, company_id, send_id)
        rows = [row for row in persons_data.lock(tx, company_id, send_id, wrong) if row.state in NOT_BEGUN]
        if send is None or not rows:
            continue
        if refused:
            _let_go(tx, send, rows, DeliveryState.OPTED_OUT, now)
            dropped += len(rows)
        elif persons_data.is_recipient(tx, company_id, send_id, new.fingerprint):
            _let_go(tx, send, rows, DeliveryState.CANCELLED, now)
            dropped += len(rows)
        else:
            moved += _move(tx, send, rows[0], new, now)
    return Moved(moved, dropped, refused)


def _let_go(tx: Transaction, send: sends.Send, rows: Sequence[Row], state: DeliveryState, now: datetime) -> None:
    let_go(tx, send, rows, state, "duplicate" if state is DeliveryState.CANCELLED else None, now)
    go_on(tx, send, rows, now)


def _move(tx: Transaction, send: sends.Send, row: Row, new: NewNumber, now: datetime) -> bool:
    """Whoever held the row has lost it, so its chunk is asked for once more. False for one that is not in clear."""
    if not persons_data.put_right(tx, send.company_id, send.id, row.position, new.phone.e164, new.fingerprint):
        return False
    if send.state == "processing" and row.state == DeliveryState.ISSUED:
        first, last = chunk_of(row.position, send.accepted)
        outbox.put(tx, SMS_WANTED, {"send_id": send.id, "first": first, "last": last}, now)
    return True


def rename_account_holder(tx: Transaction, person_id: str, names: NewNames) -> None:
    persons_data.rename(tx, person_id, names.first_name, names.last_name)


def tell_suppliers(database: Database, marketing: Marketing, crm: Crm, person_id: str) -> Renamed:
    """Give the names of this moment to the suppliers that know the person; who is not there is not added."""
    person = insist(database, lambda tx: people.get(tx, person_id))
    if person is None:
        return Renamed(())
    contact = Contact(person.email, person.first_name, person.last_name)
    told = {"mailchimp": lambda: _tell_marketing(marketing, contact), "hubspot": lambda: _tell_crm(crm, contact)}
    return Renamed([name for name, tell in told.items() if not _is_told(tell)])


def _is_told(tell: Callable[[], None]) -> bool:
    try:
        tell()
    except (SupplierUnavailable, OutcomeUnknown):
        return False
    return True


def _tell_marketing(marketing: Marketing, contact: Contact) -> None:
    if marketing.find(contact.email) is not None:
        try:
            marketing.keep(contact)
        except ContactRefused:
            return  # it will never take them, and nobody is written to under the old names


def _tell_crm(crm: Crm, contact: Contact) -> None:
    if crm.find(contact.email) is not None:
        crm.keep([contact])
