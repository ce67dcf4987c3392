"""Codes that a supplier has delivered as a file: each is handed out once ever, and known to the shop alone."""

from collections.abc import Sequence

from shared.database.queries import catalogue
from shared.database.transactions import Database
from shared.ports import CouponOrder, CouponState, IssuedCoupon, Redemptions
from shared.privacy import pool_code
from shared.privacy.sealing import SealingKey


class CodePool:
    """Gives coupons from the stock. Nobody tells us when they are redeemed."""

    def __init__(self, database: Database, key: SealingKey) -> None:
        self._database = database
        self._key = key

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        references = [order.reference for order in orders]
        with self._database.transaction() as tx:
            for product in sorted({order.product for order in orders}):
                catalogue.hand_out(tx, product, [o.reference for o in orders if o.product == product])
            sealed = catalogue.handed_out(tx, references)
        return [self._coupon(reference, sealed.get(reference)) for reference in references]

    def get(self, reference: str) -> IssuedCoupon | None:
        with self._database.transaction() as tx:
            sealed = catalogue.handed_out(tx, [reference])
        return self._coupon(reference, sealed[reference]) if sealed else None

    def void(self, reference: str) -> IssuedCoupon | None:
        """A code that reached nobody stays handed out: it is never given to a second person."""
        return IssuedCoupon(reference, CouponState.VOIDED)

    def redemptions_since(self, cursor: str) -> Redemptions:
        return Redemptions([], cursor)

    def _coupon(self, reference: str, sealed: bytes | None) -> IssuedCoupon:
        if sealed is None:
            return IssuedCoupon(reference, CouponState.REJECTED, reason="out_of_stock")
        return IssuedCoupon(reference, CouponState.ISSUED, *pool_code.unseal(self._key, sealed))
