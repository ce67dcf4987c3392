"""A company takes a gift back that nobody has redeemed: voided at its issuer, and then its value is released once."""

from datetime import date

from shared.database.queries import catalogue, coupons, given
from shared.database.queries.coupons import Coupon
from shared.database.transactions import Database, Transaction
from shared.domain.delivery import UNDER_WAY
from shared.domain.errors import Conflict, NotFound
from shared.domain.gift import GiftState
from shared.ports import CouponIssuer
from shared.use_cases.gifts.settle_gifts import settle_gift

REDEEMED = "The gift is redeemed already."
ENDED = {
    GiftState.REDEEMED: REDEEMED,
    GiftState.EXPIRED: "The gift has expired, and its value is released already.",
}


def cancel_gift(
    database: Database,
    issuer: CouponIssuer,
    company_id: str,
    send_id: str,
    position: int,
    today: date,
) -> bool:
    """Whether it is voided by now; where the issuer is away, `expire_gifts` finishes it. Again changes nothing.

    The till and this race: what the issuer says counts. Raises `NotFound`, and `Conflict` for a gift that is redeemed
    or cannot be taken back.
    """
    with database.transaction() as tx:
        coupon = _take_back(tx, company_id, send_id, position)
    if coupon.state == GiftState.VOIDED:
        return True
    ended = settle_gift(database, issuer, coupon, today)
    if ended is GiftState.REDEEMED:
        raise Conflict(REDEEMED)
    return ended is not None


def _take_back(tx: Transaction, company_id: str, send_id: str, position: int) -> Coupon:
    """The delivery's coupon, marked as cancelled. From here on its page shows no code."""
    found = given.lock(tx, company_id, send_id, position)
    if found is None:
        raise NotFound("There is no such delivery.")
    if found.encrypted:
        raise Conflict("The delivery is encrypted, and nothing leads from it to its gift any more.")
    if found.state in UNDER_WAY:
        raise Conflict("The SMS has not left yet. Cancel the send, or wait until it has left.")
    coupon = coupons.get(tx, company_id, found.coupon_id) if found.coupon_id else None
    gift = catalogue.get(tx, coupon.gift_code) if coupon else None
    if coupon is None or gift is None:
        raise Conflict("The delivery has no gift to cancel.")
    if gift.is_earned_on_hand_over:
        raise Conflict("This gift is a code that its shop alone knows, so it cannot be voided.")
    if ended := ENDED.get(GiftState(coupon.state)):
        raise Conflict(ended)
    if coupon.state != GiftState.VOIDED:
        coupons.cancel(tx, company_id, coupon.id)
    return coupon
