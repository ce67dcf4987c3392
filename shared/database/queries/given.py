"""A delivery and the gift that it points at, as what a company does about the gift needs them."""

from msgspec import Struct

from shared.database.transactions import Transaction


class Given(Struct, frozen=True):
    """`coupon_id` is None for one that never had a gift, or no longer points at it."""

    state: str
    encrypted: bool
    coupon_id: str | None


def lock(tx: Transaction, company_id: str, send_id: str, position: int) -> Given | None:
    """The delivery and its coupon, held still until the transaction ends."""
    return tx.one(
        lambda state, encrypted, coupon_id: Given(state, bool(encrypted), coupon_id),
        "SELECT d.state, d.record IS NOT NULL, c.id FROM deliveries d LEFT JOIN coupons c ON c.id = d.coupon_id"
        " WHERE d.send_id = %s AND d.company_id = %s AND d.position = %s FOR UPDATE",
        (send_id, company_id, position),
    )
