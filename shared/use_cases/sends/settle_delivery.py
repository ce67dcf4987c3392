"""A person decides what became of an SMS in doubt: it was sent, or it is sent once more. A machine never guesses."""

from datetime import datetime
from enum import StrEnum

from shared.database.queries import doubts, extra_sms, outbox, sends, staff_log, uncertain
from shared.database.queries.staff_log import Action
from shared.database.transactions import Transaction
from shared.domain.chunks import chunk_of
from shared.domain.delivery import DeliveryState
from shared.domain.errors import Conflict, NotFound
from shared.domain.gift import GiftState
from shared.domain.topics import SMS_WANTED
from shared.use_cases.sends.settle_doubts import capture_sent


class Settlement(StrEnum):
    SENT = "sent"
    RESEND = "resend"


ACTIONS = {Settlement.SENT: Action.SETTLE_SENT, Settlement.RESEND: Action.SETTLE_RESEND}


def settle_delivery(
    tx: Transaction, staff: str, send_id: str, position: int, settlement: Settlement, shown_id: str, now: datetime
) -> DeliveryState:
    """The delivery's new state; `shown_id` is what the staff log knows it by.

    Raises `NotFound`, and `Conflict` for one that is not in doubt or can no longer be sent again.
    """
    named = sends.named_by_message(tx, send_id)
    send = sends.lock(tx, named.company_id, send_id) if named else None
    row = uncertain.lock(tx, send.company_id, send_id, position) if send else None
    if send is None or row is None:
        raise NotFound("There is no such delivery.")
    if row.state != DeliveryState.UNKNOWN:
        raise Conflict(f"This delivery is not in doubt: it is {row.state}.")
    if settlement is Settlement.SENT:
        capture_sent(tx, send.company_id, send_id, position, row.sms_ref, now)
        doubts.settled(tx, send.company_id, send_id, [position])
        sends.finish(tx, send.company_id, send_id, now)
    else:
        _resend(tx, send, position, row, now)
    staff_log.add(tx, staff, ACTIONS[settlement], [shown_id], now)
    return DeliveryState.SENT if settlement is Settlement.SENT else DeliveryState.ISSUED


def _resend(tx: Transaction, send: sends.Send, position: int, row: uncertain.Settling, now: datetime) -> None:
    """Raises `Conflict` where nothing is left to send, or the gift is in the recipient's hands already."""
    if send.state == "cancelled":
        raise Conflict("The send was cancelled, so nothing of it is sent again.")
    if row.coupon_state in (GiftState.OPENED, GiftState.REDEEMED):
        raise Conflict("The recipient has opened the gift, so the SMS did arrive. Settle it as sent.")
    if send.sealed_text is None or row.phone is None or row.code is None:
        raise Conflict(
            "The text and the code are gone, 72 hours after the send at the latest. It cannot be sent again."
        )
    if row.coupon_unwanted or row.coupon_state != GiftState.ISSUED:
        raise Conflict("The gift has ended, so there is nothing to send.")
    if extra_sms.may_arrive(tx, send.company_id, send.id, position):
        # were this one refused, the gift would be voided that the other SMS leads to
        raise Conflict("Its company has had the link sent once more, so the recipient gets it. Settle it as sent.")
    doubts.settled(tx, send.company_id, send.id, [position])
    uncertain.send_again(tx, send.company_id, send.id, position, now)
    first, last = chunk_of(position, send.accepted)
    outbox.put(tx, SMS_WANTED, {"send_id": send.id, "first": first, "last": last}, now)
