"""Ending what has not left yet: a send is cancelled, or its 72 hours are over."""

from datetime import datetime

from shared.database.queries import deliveries, doubts, money, sends
from shared.database.transactions import Transaction
from shared.domain.delivery import DeliveryState
from shared.domain.errors import Conflict, NotFound
from shared.domain.ledger import Movement, Purpose


def cancel_send(tx: Transaction, company_id: str, send_id: str, now: datetime) -> sends.Send:
    """What has left has left; the rest gets nothing and is not paid for. Again changes nothing.

    Raises `NotFound`, also for another company's, and `Conflict` for a send of which everything has left.
    """
    send = sends.lock(tx, company_id, send_id)
    if send is None:
        raise NotFound("There is no such send.")
    if send.state == "done":
        raise Conflict("Everything of this send has left already, so there is nothing to cancel.")
    if send.state != "cancelled":
        sends.cancel(tx, company_id, send_id)
        _stop(tx, send, DeliveryState.CANCELLED, None, now)
        sends.finish(tx, company_id, send_id, now)
    return send


def end_overdue_send(tx: Transaction, company_id: str, send_id: str, now: datetime) -> None:
    """72 hours after a send: end what is under way, release what is held for it, forget texts, names and codes.

    The fee of a delivery in doubt is released too; its gift's value stays held, as the SMS may have arrived.
    """
    send = sends.lock(tx, company_id, send_id)
    if send is None or send.sealed_text is None:
        return
    deliveries.doubt_what_began(tx, company_id, send_id, now)
    _stop(tx, send, DeliveryState.FAILED, "too_late", now)
    in_doubt = deliveries.counts(tx, company_id, [send_id]).get((send_id, DeliveryState.UNKNOWN), 0)
    _release(tx, send, in_doubt * (send.fee_ore or 0), now)
    doubts.forget_send(tx, company_id, send_id)
    sends.finish(tx, company_id, send_id, now)
    sends.forget_text(tx, company_id, send_id)


def end_restored_send(tx: Transaction, company_id: str, send_id: str, now: datetime) -> int:
    """After a restore: what waits may have left since the backup, so it never leaves again and costs nothing; how many.

    Had it left, its link was written after the backup: only where that was carried over is the gift given. What was in
    its call is doubted as after any death of a worker.
    """
    send = sends.lock(tx, company_id, send_id)
    if send is None or send.sealed_text is None:
        return 0
    stopped = _stop(tx, send, DeliveryState.FAILED, "restored", now)
    sends.finish(tx, company_id, send_id, now)
    return stopped


def go_on_or_stop(tx: Transaction, send: sends.Send, now: datetime) -> None:
    """A call came back without being made: what was in it waits again, or ends where its send was cancelled."""
    if send.state == "cancelled":
        _stop(tx, send, DeliveryState.CANCELLED, None, now)
        sends.finish(tx, send.company_id, send.id, now)
    else:
        sends.go_on(tx, send.company_id, send.id, now)


def _stop(tx: Transaction, send: sends.Send, state: DeliveryState, reason: str | None, now: datetime) -> int:
    """How many. Who has no coupon yet costs nothing; the value of one that was asked for is free once it is voided."""
    stopped = deliveries.stop(tx, send.company_id, send.id, state, reason, now)
    price_ore, fee_ore = send.price_ore or 0, send.fee_ore or 0
    _release(tx, send, stopped.without_coupon * price_ore + stopped.with_coupon * fee_ore, now)
    return stopped.with_coupon + stopped.without_coupon


def _release(tx: Transaction, send: sends.Send, amount_ore: int, now: datetime) -> None:
    if amount_ore:
        money.book(tx, send.company_id, Movement(Purpose.RELEASE, amount_ore), now.date(), send.hold_id)
