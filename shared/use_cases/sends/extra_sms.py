"""What resends and reminders share: when one may leave, and their money."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from shared.database.queries import extra_sms, money
from shared.database.queries.extra_sms import ExtraSms, Outcome, Target
from shared.database.queries.sends import Send
from shared.database.transactions import Transaction
from shared.domain.delivery import DeliveryState
from shared.domain.extra_sms import ExtraKind, ExtraState
from shared.domain.gift import GiftState
from shared.domain.ledger import Movement, Purpose
from shared.domain.reminder import deadline

HAS_LEFT = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.FAILED)
USABLE = (GiftState.ISSUED, GiftState.OPENED)


class Refusal(StrEnum):
    """Why it may not leave; kept as its reason."""

    ENCRYPTED = "encrypted"
    NOT_SENT = "not_sent"
    OPTED_OUT = "opted_out"
    GIFT_ENDED = "gift_ended"
    OPENED = "opened"
    TOO_LATE = "too_late"
    CANCELLED = "cancelled"
    RESTORED = "restored"


def refusal(kind: ExtraKind, found: Target, gone: set[bytes], send: Send, now: datetime) -> Refusal | None:
    """`gone`: who has opted out of the company. A reminder is for who has the SMS and has not opened the gift."""
    if found.phone is None or found.fingerprint is None or send.encrypt_at <= now:
        return Refusal.ENCRYPTED
    if kind is ExtraKind.REMINDER and now > deadline(send.created_at, send.encrypt_at):
        return Refusal.TOO_LATE
    if not _is_out(kind, found):
        return Refusal.NOT_SENT
    if found.fingerprint in gone:
        return Refusal.OPTED_OUT
    if found.coupon_state not in USABLE or found.cancelled or not found.valid_until or found.valid_until < now.date():
        return Refusal.GIFT_ENDED
    if kind is ExtraKind.REMINDER and found.coupon_state != GiftState.ISSUED:
        return Refusal.OPENED
    return None


def _is_out(kind: ExtraKind, found: Target) -> bool:
    """Whether the gift's own SMS has left: of one in doubt a person may say so, and a machine does not."""
    if kind is ExtraKind.REMINDER:
        return found.state in (DeliveryState.SENT, DeliveryState.DELIVERED)
    # one that failed without ever having left was not paid for: its gift is not given for the price of an SMS more
    return found.state == DeliveryState.UNKNOWN or (found.state in HAS_LEFT and found.has_left)


def book(tx: Transaction, purpose: Purpose, sms: Sequence[ExtraSms], today: date) -> None:
    """Once for each of their holds: several reminders may share one."""
    amounts: Counter[tuple[str, str]] = Counter()
    for one in sms:
        amounts[one.company_id, one.hold_id] += one.price_ore
    for (company_id, hold_id), amount_ore in sorted((+amounts).items()):
        money.book(tx, company_id, Movement(purpose, amount_ore), today, hold_id)


def end_unsent(tx: Transaction, company_id: str, ends: Sequence[tuple[ExtraSms, Refusal]], now: datetime) -> None:
    """End SMS that the transaction has locked and that never left: nothing is paid for them."""
    outcomes = [Outcome(one.id, ExtraState.FAILED, reason, None, None, None) for one, reason in ends]
    extra_sms.write(tx, company_id, outcomes, now)
    for send_id in sorted({one.send_id for one, _ in ends}):
        positions = [one.position for one, _ in ends if one.send_id == send_id]
        extra_sms.follow_wanted(tx, company_id, send_id, positions)
    book(tx, Purpose.RELEASE, [one for one, _ in ends], now.date())


def forget(tx: Transaction, company_id: str, send_id: str, positions: Sequence[int], now: datetime) -> None:
    """When deliveries part from their gifts: delete what is at them, and release what is held.

    One in its call is not paid for: nothing waits for what becomes of it. The gifts are not touched, as the binary log
    would tell which delivery's they were: one that reached nobody is released when it expires.
    """
    found = extra_sms.of_deliveries(tx, company_id, send_id, positions)
    if found:
        book(tx, Purpose.RELEASE, [one for one, is_held in found if is_held], now.date())
        extra_sms.delete(tx, company_id, [one.id for one, _ in found], now)
