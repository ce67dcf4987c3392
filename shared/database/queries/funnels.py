"""How far a send has come: from the upload to the till."""

from msgspec import Struct

from shared.database.queries import catalogue
from shared.database.queries.sends import Send
from shared.database.transactions import Transaction


class Funnel(Struct, frozen=True):
    """`opened` and `redeemed` are None where they are not known, or not of all."""

    accepted: int
    sent: int
    delivered: int
    opened: int | None
    redeemed: int | None


def of_send(tx: Transaction, send: Send) -> Funnel:
    """A delivery that was encrypted or erased leads to no gift: then what became of the gifts cannot be counted."""
    counted = tx.one(
        lambda *counts: [int(one or 0) for one in counts],
        "SELECT COUNT(d.sent_at), COUNT(d.delivered_at), SUM(d.phone IS NULL), COUNT(c.opened_on),"
        " COUNT(c.redeemed_on) FROM deliveries d"
        " LEFT JOIN coupons c ON c.id = d.coupon_id AND c.company_id = d.company_id"
        " WHERE d.company_id = %s AND d.send_id = %s",
        (send.company_id, send.id),
    )
    sent, delivered, parted, opened, redeemed = counted or [0] * 5
    gift = catalogue.get(tx, send.gift_code) if send.gift_code else None
    if parted or gift is None:
        return Funnel(send.accepted, sent, delivered, None, None)
    return Funnel(send.accepted, sent, delivered, opened, None if gift.is_earned_on_hand_over else redeemed)
