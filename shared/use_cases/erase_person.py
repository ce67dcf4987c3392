"""Erasing a person: afterwards nothing leads to them, while their sends' counts stay. It can be stopped anywhere and
done any number of times."""

from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import coupons, money, people, persons_data, sends
from shared.database.queries.claims import Chunk
from shared.database.queries.deliveries import NOT_BEGUN
from shared.database.queries.persons_data import Row
from shared.database.transactions import Database, Transaction, insist
from shared.domain.chunks import chunk_of
from shared.domain.delivery import DeliveryState
from shared.domain.ledger import Movement, Purpose
from shared.domain.persons_data import ErasedPerson, ErasedRecipient
from shared.domain.phone_number import PhoneNumber
from shared.ports import Crm, Marketing, OutcomeUnknown, SupplierUnavailable
from shared.privacy.tokens import TokenHasher
from shared.use_cases.finish_chunk import finish_chunk
from shared.use_cases.settle_doubts import number_hmac


def erase_recipient(
    database: Database,
    tokens: TokenHasher,
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

    def erase_in(send_id: str) -> ErasedRecipient:
        return insist(database, lambda tx: _erase_in_send(tx, tokens, company_id, send_id, fingerprint, now))

    with database.transaction() as tx:
        found = persons_data.sends_to(tx, company_id, fingerprint, until)
    done = [erase_in(send_id) for send_id in found]
    if opt_out_too:
        insist(database, lambda tx: persons_data.forget_opt_out(tx, company_id, fingerprint))
    return ErasedRecipient(
        sum(one.erased for one in done), sum(one.cancelled for one in done), sum(one.waiting for one in done)
    )


def _erase_in_send(
    tx: Transaction, tokens: TokenHasher, company_id: str, send_id: str, fingerprint: bytes, now: datetime
) -> ErasedRecipient:
    send = sends.lock(tx, company_id, send_id)
    rows = persons_data.lock(tx, company_id, send_id, fingerprint)
    if send is None:
        return ErasedRecipient(0, 0, 0)
    gone = [row for row in rows if row.state != DeliveryState.SENDING]
    unsent = [row for row in gone if row.state in NOT_BEGUN]
    let_go(tx, send, unsent, DeliveryState.CANCELLED, "erased", now)
    positions = [row.position for row in gone]
    numbers = persons_data.doubted_numbers(tx, company_id, send_id, positions)
    numbers += [number_hmac(tokens, PhoneNumber(row.phone)) for row in gone if row.phone]
    persons_data.drop_receipts(tx, [row.sms_ref for row in gone if row.sms_ref], numbers, send.sender)
    # of an SMS in doubt the code is still here, and nothing would find it again
    coupons.handed_over(tx, company_id, [row.coupon_id for row in gone if row.coupon_id])
    persons_data.empty(tx, company_id, send_id, positions)
    go_on(tx, send, unsent, now)
    return ErasedRecipient(len(gone), len(unsent), len(rows) - len(gone))


def let_go(
    tx: Transaction, send: sends.Send, rows: Sequence[Row], state: DeliveryState, reason: str | None, now: datetime
) -> None:
    """End deliveries that have not begun to leave: who has no coupon yet costs nothing, and the value of a coupon that
    was asked for is free once it is voided."""
    asked_for = [row.coupon_id for row in rows if row.coupon_id]
    persons_data.end(tx, send.company_id, send.id, [row.position for row in rows], state, reason)
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
        sends.finish(tx, send.company_id, send.id)


def erase_account_holder(
    database: Database, marketing: Marketing, crm: Crm, company_id: str, person_id: str, until: datetime
) -> ErasedPerson:
    """End a membership; who is then in no company that goes on is erased at the suppliers, and here when they have
    confirmed, as they know people by e-mail."""

    def leave(tx: Transaction) -> tuple[int, people.Person | None, bool]:
        removed = persons_data.remove_member(tx, company_id, person_id, until)
        return removed, people.get(tx, person_id), persons_data.goes_on_elsewhere(tx, person_id)

    removed, person, elsewhere = insist(database, leave)
    if person is None or elsewhere:
        return ErasedPerson(removed > 0, person is None, ())
    waiting_for = [
        name
        for name, supplier in (("mailchimp", marketing), ("hubspot", crm))
        if not _is_erased_at(supplier, person.email)
    ]
    if not waiting_for:
        insist(database, lambda tx: persons_data.remove_person(tx, person_id))
    return ErasedPerson(removed > 0, True, waiting_for)


def _is_erased_at(supplier: Marketing | Crm, email: str) -> bool:
    try:
        supplier.erase(email)
    except (SupplierUnavailable, OutcomeUnknown):
        return False
    return True
