"""A receipt that knows only the number settles an SMS in doubt, where it can mean no other."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import catalogue, coupons, deliveries, doubts, money, receipts, sends, vat
from shared.database.queries.doubts import Doubt, Unmatched
from shared.database.transactions import Database, Transaction, insist
from shared.domain.gift import GiftState
from shared.domain.ledger import Movement, Purpose

AT_ONCE = 500
GIVEN = (GiftState.ISSUED, GiftState.OPENED)


def settle_doubts(database: Database, number_hmacs: Sequence[bytes], now: datetime) -> int:
    """Match doubts and receipts of these numbers; how many were settled.

    Both sides call this after they have committed their own fact. One doubt and one receipt since it arose settle each
    other; where there are several of either, a person decides. A worker and a receipt may want the same rows in another
    order: it insists.
    """

    def match(tx: Transaction) -> int:
        open_doubts, kept = defaultdict(list), defaultdict(list)
        for doubt in doubts.of_numbers(tx, number_hmacs):
            open_doubts[doubt.number_hmac, doubt.sender].append(doubt)
        for receipt in doubts.receipts_of_numbers(tx, number_hmacs):
            kept[receipt.number_hmac, receipt.sender].append(receipt)
        settled = 0
        for place, in_doubt in open_doubts.items():
            said = [one for one in kept[place] if one.received_at >= in_doubt[0].since]
            if not len(in_doubt) == len(said) == 1 or in_doubt[0].for_a_person:
                continue
            if not doubts.another_is_being_sent(tx, in_doubt[0]):
                settled += _settle(tx, in_doubt[0], said[0], now)
        return settled

    return insist(database, match)


def sweep_doubts(database: Database, now: datetime) -> int:
    """Settle what could not be settled when its receipt came."""
    with database.transaction() as tx:
        waiting = doubts.numbers(tx, AT_ONCE)
    return settle_doubts(database, waiting, now) if waiting else 0


def _settle(tx: Transaction, doubt: Doubt, receipt: Unmatched, now: datetime) -> bool:
    moved = capture_sent(tx, doubt.company_id, doubt.send_id, doubt.position, receipt.sms_ref, now)
    receipts.apply(tx, receipt.sms_ref, receipt.outcome, receipt.reason, now)
    receipts.drop_early(tx, [receipt.sms_ref])
    doubts.settled(tx, doubt.company_id, doubt.send_id, [doubt.position])
    return moved


def capture_sent(
    tx: Transaction, company_id: str, send_id: str, position: int, sms_ref: str | None, now: datetime
) -> bool:
    """A delivery in doubt was sent after all: say so, and capture what that earns; False where it is not in doubt."""
    send = sends.get(tx, company_id, send_id)
    found = deliveries.sent_after_all(tx, company_id, send_id, position, sms_ref, now)
    if send is None or found is None:
        return False
    for coupon_id in found:
        if coupon_id:
            coupons.handed_over(tx, company_id, [coupon_id])
            capture_value(tx, send, coupon_id, now)
    # 72 hours after the send its fee was released: it is not taken back
    if send.fee_ore and send.sealed_text is not None:
        money.book(tx, company_id, Movement(Purpose.CAPTURE_FEE, send.fee_ore), now.date(), send.hold_id)
    return True


def capture_value(tx: Transaction, send: sends.Send, coupon_id: str, now: datetime) -> None:
    """Of a gift that is earned when its code leaves, while its value is still held."""
    gift = catalogue.get(tx, send.gift_code) if send.gift_code else None
    coupon = coupons.get(tx, send.company_id, coupon_id)
    if gift is None or not gift.is_earned_on_hand_over or coupon is None or coupon.state not in GIVEN:
        return
    if coupon.value_ore:
        coupons.value_captured(tx, send.company_id, [coupon_id])
        earned = Movement(Purpose.CAPTURE_VALUE, coupon.value_ore, vat.gift_class(tx, send.gift_code))
        money.book(tx, send.company_id, earned, now.date(), coupon.hold_id)
