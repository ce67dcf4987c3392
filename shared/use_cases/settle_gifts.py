"""Gifts that nobody will redeem: their value goes back once the issuer confirms that they are expired or voided."""

import logging
from collections.abc import Mapping
from datetime import date

from shared.database.queries import catalogue, coupons, money
from shared.database.queries.coupons import Coupon
from shared.database.transactions import Database, Transaction
from shared.domain.gift import GiftState
from shared.domain.ledger import Movement, Purpose
from shared.ports import CouponIssuer, CouponState
from shared.use_cases.record_redemptions import redeem

log = logging.getLogger(__name__)

AT_ONCE = 500


def settle_gifts(database: Database, issuers: Mapping[str, CouponIssuer], today: date) -> int:
    """Void what is unwanted or past its last day, and release what was held for it; how many were settled."""
    with database.transaction() as tx:
        waiting = [(one, catalogue.get(tx, one.gift_code)) for one in coupons.to_settle(tx, today, AT_ONCE)]
    settled = 0
    for coupon, gift in waiting:
        if gift is None:
            continue
        found = issuers[gift.issuer].void(coupon.id)
        with database.transaction() as tx:
            if found and found.state is CouponState.REDEEMED:
                settled += redeem(tx, coupon, today)
            elif found and found.state is CouponState.ISSUED:
                log.error("the issuer did not void %s", coupon.id)
            else:
                # a reference that the issuer does not know was never issued
                expired = found is not None and found.state is CouponState.EXPIRED
                settled += _release(tx, coupon, GiftState.EXPIRED if expired else GiftState.VOIDED, today)
    return settled


def _release(tx: Transaction, coupon: Coupon, state: GiftState, today: date) -> bool:
    if not coupons.move(tx, coupon, state, today):
        return False
    if coupon.value_ore:
        movement = Movement(Purpose.RELEASE, coupon.value_ore)
        money.book(tx, coupon.company_id, movement, today, coupon.hold_id)
    return True
