"""72 hours after a send, what has not been handed over never will be: its text goes, and its money comes back."""

from datetime import date

from shared.database.queries import deliveries, money, sends
from shared.database.transactions import Transaction
from shared.domain.ledger import Movement, Purpose


def end_overdue_send(tx: Transaction, company_id: str, send_id: str, today: date) -> None:
    """End what is under way, release what is held for it, and forget texts, names and codes.

    The fee of a delivery in doubt is released too; its gift's value stays held, as the SMS may have arrived.
    """
    send = sends.get(tx, company_id, send_id)
    if send is None or send.sealed_text is None:
        return
    ended = deliveries.end_overdue(tx, company_id, send_id)
    fee_ore, price_ore = send.fee_ore or 0, send.price_ore or 0
    release_ore = (ended.with_coupon + ended.in_doubt) * fee_ore + ended.without_coupon * price_ore
    if release_ore:
        money.book(tx, company_id, Movement(Purpose.RELEASE, release_ore), today, send.hold_id)
    sends.finish(tx, company_id, send_id)
    sends.forget_text(tx, company_id, send_id)
