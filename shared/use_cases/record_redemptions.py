"""Redemptions: what a callback hints at is checked with the issuer, and what callbacks missed is asked for."""

from collections.abc import Sequence
from datetime import date

from shared.database.queries import coupons, cursors, money
from shared.database.queries.coupons import Coupon
from shared.database.transactions import Database, Transaction
from shared.domain.gift import GiftState
from shared.domain.ledger import Movement, Purpose
from shared.ports import CouponIssuer, CouponState

CURSOR = "clearon-redemptions"


def check_redemptions(database: Database, issuer: CouponIssuer, references: Sequence[str], today: date) -> None:
    """Ask the issuer about each reference that is one of ours, and book what it confirms."""
    with database.transaction() as tx:
        ours = coupons.by_reference(tx, references)
    for coupon in ours:
        found = issuer.get(coupon.id)
        if found and found.state is CouponState.REDEEMED:
            with database.transaction() as tx:
                redeem(tx, coupon, today)


def poll_redemptions(database: Database, issuer: CouponIssuer, today: date) -> int:
    """Go on from where the last poll ended; how many redemptions were new."""
    new = 0
    while True:
        with database.transaction() as tx:
            cursor = cursors.get(tx, CURSOR)
        found = issuer.redemptions_since(cursor)
        if not found.references or found.next_cursor == cursor:
            return new
        with database.transaction() as tx:
            for coupon in coupons.by_reference(tx, found.references):
                new += redeem(tx, coupon, today)
            cursors.put(tx, CURSOR, found.next_cursor)


def redeem(tx: Transaction, coupon: Coupon, today: date) -> bool:
    """The issuer says that the coupon is redeemed: capture its value, once."""
    if not coupons.move(tx, coupon, GiftState.REDEEMED, today):
        return False
    if coupon.value_ore:
        movement = Movement(Purpose.CAPTURE_VALUE, coupon.value_ore)
        money.book(tx, coupon.company_id, movement, today, coupon.hold_id)
    return True
