"""Redemptions: what a callback hints at is checked with the issuer, and what callbacks missed is asked for."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date

from shared.database.queries import coupons, cursors, money, vat, webhook_events
from shared.database.queries.coupons import Coupon
from shared.database.transactions import Database, Transaction
from shared.domain.gift import GiftState
from shared.domain.ledger import Movement, Purpose
from shared.ports import CouponIssuer, CouponState

CURSOR = "clearon-redemptions"


def check_redemptions(database: Database, issuer: CouponIssuer, references: Sequence[str], today: date) -> None:
    """Ask the issuer about each reference that is one of ours, and book what it confirms."""
    with database.transaction() as tx:
        ours = [one for one in coupons.by_reference(tx, references) if not one.test]
    for coupon in ours:
        found = issuer.get(coupon.id)
        if found and found.state is CouponState.REDEEMED:
            with database.transaction() as tx:
                end_gifts(tx, [coupon], GiftState.REDEEMED, today)


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
            new += end_gifts(tx, coupons.by_reference(tx, found.references), GiftState.REDEEMED, today)
            cursors.put(tx, CURSOR, found.next_cursor)


def end_gifts(tx: Transaction, ended: Sequence[Coupon], state: GiftState, today: date) -> int:
    """The issuer says that these coupons have come to this end: capture or release what each held, once.

    How many were new. One booking a send's hold, company by company in one order, as others lock them too.
    """
    purpose = Purpose.CAPTURE_VALUE if state is GiftState.REDEEMED else Purpose.RELEASE
    by_company: defaultdict[str, list[str]] = defaultdict(list)
    for coupon in ended:
        by_company[coupon.company_id].append(coupon.id)
    classes = vat.gift_classes(tx, [coupon.gift_code for coupon in ended])
    new = 0
    for company_id in sorted(by_company):
        moved = coupons.move(tx, company_id, by_company[company_id], state, today)
        values: Counter[str] = Counter()
        for coupon in moved:
            values[coupon.hold_id] += coupon.value_ore
        gifts = {coupon.hold_id: coupon.gift_code for coupon in moved}  # a hold is one send's, and a send of one gift
        for hold_id in sorted(+values):
            movement = Movement(purpose, values[hold_id], classes.get(gifts[hold_id]))
            money.book(tx, company_id, movement, today, hold_id)
        if state is GiftState.REDEEMED:
            webhook_events.gifts_redeemed(tx, company_id, [coupon.id for coupon in moved], today)
        new += len(moved)
    return new
