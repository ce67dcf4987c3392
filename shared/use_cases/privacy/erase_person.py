"""Erasing a person: afterwards nothing leads to them, while their sends' counts stay. It can be stopped anywhere and
done any number of times."""

from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import (
    contacts,
    coupons,
    extra_sms,
    invitations,
    money,
    people,
    persons_data,
    receipts,
    sends,
    webhook_events,
)
from shared.database.queries.claims import Chunk
from shared.database.queries.deliveries import NOT_BEGUN
from shared.database.queries.persons_data import Row
from shared.database.queries.webhook_events import Moved
from shared.database.transactions import Database, Transaction, insist
from shared.domain.chunks import chunk_of
from shared.domain.delivery import DeliveryState
from shared.domain.ledger import Movement, Purpose
from shared.domain.persons_data import ANOTHER_OWNER, UNPAID_SIGNUP, ErasedPerson, ErasedRecipient
from shared.domain.phone_number import PhoneNumber
from shared.ports import Crm, Marketing, OutcomeUnknown, SupplierUnavailable
from shared.privacy.fingerprint import NumberHash, NumberHashes
from shared.privacy.tokens import TokenHasher
from shared.use_cases.accounts.ask_for_sync import contact_changed
from shared.use_cases.sends import extra_sms as extra
from shared.use_cases.sends.finish_chunk import finish_chunk
from shared.use_cases.sends.record_receipt import erased_sms


def erase_recipient(
    database: Database,
    tokens: TokenHasher,
    number_hashes: NumberHashes,
    company_id: str,
    fingerprint: bytes,
    until: datetime,
    now: datetime,
    *,
    opt_out_too: bool = False,
) -> ErasedRecipient:
    """Erase a recipient from the company's sends that were uploaded `until` then, a send at a time.

    The gift already given goes on working by its link, which is the person's own. The opt-out stays unless it is to be
    forgotten too: without it they would be sent to again.
    """
    with database.transaction() as tx:
        found = persons_data.sends_to(tx, company_id, fingerprint, until)
    number_hash = number_hashes()

    def erase_in(send_id: str) -> ErasedRecipient:
        return insist(
            database, lambda tx: _erase_in_send(tx, tokens, number_hash, company_id, send_id, fingerprint, now)
        )

    done = [erase_in(send_id) for send_id in found]

    def opt_out_stays(tx: Transaction) -> bool:
        if opt_out_too:
            persons_data.forget_opt_out(tx, company_id, fingerprint)
        return persons_data.opted_out_on(tx, company_id, fingerprint) is not None

    stays = insist(database, opt_out_stays)
    return ErasedRecipient(
        sum(one.erased for one in done), sum(one.cancelled for one in done), sum(one.waiting for one in done), stays
    )


def _erase_in_send(
    tx: Transaction,
    tokens: TokenHasher,
    number_hash: NumberHash,
    company_id: str,
    send_id: str,
    fingerprint: bytes,
    now: datetime,
) -> ErasedRecipient:
    send = sends.lock(tx, company_id, send_id)
    rows = persons_data.lock(tx, company_id, send_id, fingerprint)
    if send is None:
        return ErasedRecipient(0, 0, 0)
    gone = [row for row in rows if row.state != DeliveryState.SENDING]
    unsent = [row for row in gone if row.state in NOT_BEGUN]
    let_go(tx, send, unsent, DeliveryState.CANCELLED, "erased", now)
    positions = [row.position for row in gone]
    _erase_receipts(tx, tokens, number_hash, send, gone, now)
    # of an SMS in doubt the code is still here, and nothing would find it again
    coupons.handed_over(tx, company_id, [row.coupon_id for row in gone if row.coupon_id])
    persons_data.empty(tx, company_id, send_id, positions)
    go_on(tx, send, unsent, now)
    return ErasedRecipient(len(gone), len(unsent), len(rows) - len(gone))


def _erase_receipts(
    tx: Transaction, tokens: TokenHasher, number_hash: NumberHash, send: sends.Send, gone: Sequence[Row], now: datetime
) -> None:
    """Those that wait, and those that will come: none may settle another company's doubt about the same number."""
    sms_refs = [row.sms_ref for row in gone if row.sms_ref]
    receipts.erased(tx, [erased_sms(tokens, one) for one in sms_refs], now)
    positions = [row.position for row in gone]
    doubted = persons_data.doubted_numbers(tx, send.company_id, send.id, positions)
    in_doubt = extra_sms.in_doubt(tx, send.company_id, send.id, positions)
    doubted += [number_hash(PhoneNumber(row.phone)) for row in gone if row.phone and row.position in in_doubt]
    extra.forget(tx, send.company_id, send.id, positions, now)
    persons_data.leave_to_a_person(tx, send.company_id, doubted, send.sender)
    numbers = doubted + [number_hash(PhoneNumber(row.phone)) for row in gone if row.phone]
    persons_data.drop_receipts(tx, send.company_id, sms_refs, numbers, send.sender)


def let_go(
    tx: Transaction, send: sends.Send, rows: Sequence[Row], state: DeliveryState, reason: str | None, now: datetime
) -> None:
    """End deliveries that have not begun to leave: who has no coupon yet costs nothing, and the value of a coupon that
    was asked for is free once it is voided."""
    asked_for = [row.coupon_id for row in rows if row.coupon_id]
    persons_data.end(tx, send.company_id, send.id, [row.position for row in rows], state, reason)
    moved = [Moved(row.position, state, reason) for row in rows]
    webhook_events.deliveries_moved(tx, send.company_id, send.id, moved, now)
    coupons.unwanted(tx, send.company_id, asked_for)
    amount_ore = len(asked_for) * (send.fee_ore or 0) + (len(rows) - len(asked_for)) * (send.price_ore or 0)
    if amount_ore:
        money.book(tx, send.company_id, Movement(Purpose.RELEASE, amount_ore), now.date(), send.hold_id)


def go_on(tx: Transaction, send: sends.Send, rows: Sequence[Row], now: datetime) -> None:
    """The rows that were let go may have been the last that their chunks waited for."""
    if send.state == "processing":
        for first, last in sorted({chunk_of(row.position, send.accepted) for row in rows}):
            finish_chunk(tx, send, Chunk(send.company_id, send.id, first, last), now)
    elif rows:
        sends.finish(tx, send.company_id, send.id, now)


def erase_account_holder(
    database: Database, marketing: Marketing, crm: Crm, company_id: str, person_id: str, until: datetime, now: datetime
) -> ErasedPerson:
    """End a membership, unless the company would have no owner then; who is then in no company that goes on is erased
    at the suppliers, and here when they have confirmed, as they know people by e-mail, and no unpaid signup is left.
    What other companies have invited them to goes at once."""

    def leave(tx: Transaction) -> tuple[int, people.Person | None, bool, bool] | None:
        if persons_data.is_last_owner(tx, company_id, person_id, until):
            return None
        removed = persons_data.remove_member(tx, company_id, person_id, until)
        elsewhere, being_told = persons_data.goes_on_elsewhere(tx, person_id), contacts.is_being_told(tx, person_id)
        if elsewhere or being_told:  # what they are told, or were just now, is not right any more
            contact_changed(tx, person_id, now)
        person = people.get(tx, person_id)
        if person and not elsewhere:
            invitations.remove_to(tx, person.email, until)
        return removed, person, elsewhere, being_told

    left = insist(database, leave)
    if left is None:
        return ErasedPerson(False, False, (ANOTHER_OWNER,))
    removed, person, elsewhere, being_told = left
    if person is None or elsewhere:
        return ErasedPerson(removed > 0, person is None, ())
    waiting_for = [
        name
        for name, supplier in (("mailchimp", marketing), ("hubspot", crm))
        if being_told or not _is_erased_at(supplier, person.email)
    ]
    if not waiting_for and not insist(database, lambda tx: persons_data.remove_person(tx, person_id)):
        waiting_for = [UNPAID_SIGNUP]
    return ErasedPerson(removed > 0, True, waiting_for)


def _is_erased_at(supplier: Marketing | Crm, email: str) -> bool:
    try:
        supplier.erase(email)
    except (SupplierUnavailable, OutcomeUnknown):
        return False
    return True
