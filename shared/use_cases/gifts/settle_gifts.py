"""Gifts that nobody will redeem: their value goes back once the issuer confirms that they are expired or voided."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from shared.database.queries import catalogue, coupons
from shared.database.queries.coupons import Coupon
from shared.database.transactions import Database
from shared.domain.gift import GiftState
from shared.observability.context import carried
from shared.ports import CouponIssuer, CouponState, OutcomeUnknown, SupplierUnavailable
from shared.use_cases.gifts.record_redemptions import end_gifts
from shared.use_cases.sends.pretend import PretendIssuer

log = logging.getLogger(__name__)

AT_ONCE = 500
CALLS_AT_ONCE = 8
LONGEST_SECONDS = 20 * 60
"""Of the half hour that the function has."""

WAITING = (GiftState.REQUESTED, GiftState.ISSUED, GiftState.OPENED)


class SettlementIncomplete(Exception):
    """Some coupons are still to be settled: the next run takes them up again."""


def settle_gifts(
    database: Database, issuers: Mapping[str, CouponIssuer], today: date, seconds: float = LONGEST_SECONDS
) -> int:
    """Void what is unwanted or past its last day, and release what was held for it; how many were settled.

    A coupon that its issuer cannot be asked about holds up no other. Raises `SettlementIncomplete` at the end then,
    and at once where a whole page stays without an answer or the time is up.
    """
    ends, settled, failed = time.monotonic() + seconds, 0, 0
    with ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="settle") as workers:
        for page, asked in _waiting(database, issuers, today):
            answers = dict(zip(page, workers.map(carried(_void), page, asked), strict=True))
            settled += _write(database, answers, today)
            unanswered = list(answers.values()).count(None)
            failed += unanswered
            if unanswered == AT_ONCE or time.monotonic() > ends:
                raise SettlementIncomplete
    if failed:
        log.warning("%d coupons could not be settled, %d were", failed, settled)
        raise SettlementIncomplete
    return settled


def settle_gift(database: Database, issuer: CouponIssuer, coupon: Coupon, today: date) -> GiftState | None:
    """Void one coupon, and book what its issuer says of it; None where it is left to the next run."""
    answer = _void(coupon, PretendIssuer() if coupon.test else issuer)
    _write(database, {coupon: answer}, today)
    return None if answer in (None, CouponState.ISSUED) else _end(coupon, answer)


def _waiting(
    database: Database, issuers: Mapping[str, CouponIssuer], today: date
) -> Iterator[tuple[list[Coupon], list[CouponIssuer]]]:
    """All coupons that wait, page by page, with their issuers."""
    kinds = [(state, past) for past in (None, today) for state in WAITING]
    with database.transaction() as tx:
        kinds = [(state, past) for state, past in kinds if coupons.to_settle(tx, state, past, None, 1)]
    for state, past in kinds:
        last = None
        while True:
            with database.transaction() as tx:
                page = coupons.to_settle(tx, state, past, last, AT_ONCE)
                gifts = {code: catalogue.get(tx, code) for code in {one.gift_code for one in page}}
            if not page:
                break
            last = page[-1]
            issuer_of: dict[str, CouponIssuer] = {code: issuers[gift.issuer] for code, gift in gifts.items() if gift}
            pretend = PretendIssuer(CouponState.EXPIRED if past else CouponState.VOIDED)
            yield page, [pretend if one.test else issuer_of[one.gift_code] for one in page]


def _void(coupon: Coupon, issuer: CouponIssuer) -> CouponState | None:
    """What the issuer says that the coupon is now; None where it cannot be asked."""
    try:
        found = issuer.void(coupon.id)
    except (SupplierUnavailable, OutcomeUnknown):
        return None
    # a reference that the issuer does not know was never issued
    return found.state if found else CouponState.VOIDED


def _write(database: Database, answers: Mapping[Coupon, CouponState | None], today: date) -> int:
    """Book the ends, a transaction each company and end; how many were new."""
    ends: defaultdict[tuple[str, GiftState], list[Coupon]] = defaultdict(list)
    for coupon, answer in answers.items():
        if answer is CouponState.ISSUED:
            log.error("the issuer did not void %s", coupon.id)
        elif answer is not None:
            ends[coupon.company_id, _end(coupon, answer)].append(coupon)
    settled = 0
    for (_, state), ended in ends.items():
        with database.transaction() as tx:
            settled += end_gifts(tx, ended, state, today)
    return settled


def _end(coupon: Coupon, answer: CouponState) -> GiftState:
    if answer is CouponState.REDEEMED:
        return GiftState.REDEEMED
    # one whose code never came to us was a gift to nobody, whatever became of it since
    expired = answer is CouponState.EXPIRED and coupon.state != GiftState.REQUESTED
    return GiftState.EXPIRED if expired else GiftState.VOIDED
