"""A chunk of deliveries gets its coupons. Our reference is written before the issuer is asked: asking again is safe."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from shared.database.queries import catalogue, coupons, deliveries, money, opt_outs, outbox, sends
from shared.database.queries.deliveries import Chunk, Claim
from shared.database.transactions import Database, Transaction
from shared.domain import ids
from shared.domain.delivery import DeliveryState
from shared.domain.gift import Gift
from shared.domain.ledger import Movement, Purpose
from shared.domain.retention import last_valid_day
from shared.domain.topics import SMS_WANTED
from shared.ports import (
    Clock,
    CouponIssuer,
    CouponOrder,
    CouponState,
    IssuedCoupon,
    OutcomeUnknown,
    SupplierUnavailable,
)
from shared.privacy.transit import Transit
from shared.use_cases.finish_chunk import finish_chunk

CLAIM = timedelta(minutes=2)
"""Longer than the function may run: a claim outlives its worker only when the worker is dead."""


def code_place(coupon_id: str) -> str:
    return f"coupons|{coupon_id}"


def issue_coupons(
    database: Database,
    issuers: Mapping[str, CouponIssuer],
    transit: Transit,
    clock: Clock,
    send_id: str,
    first: int,
    last: int,
) -> None:
    """Claim, ask, write. Raises `SupplierUnavailable` or `OutcomeUnknown` after giving the claim back."""
    now, owner = clock.now(), ids.new_id("wrk")
    with database.transaction() as tx:
        send = sends.named_by_message(tx, send_id)
        if send is None or send.state != "processing" or send.gift_code is None:
            return
        gift = catalogue.get(tx, send.gift_code)
        assert gift is not None, "a gift that was sent stays in the catalogue"  # noqa: S101
        chunk = Chunk(send.company_id, send_id, first, last)
        ordered = _claim(tx, send, gift, chunk, Claim(owner, now, now + CLAIM))
    if ordered:
        try:
            found = issuers[gift.issuer].issue([order for _, order in ordered])
        except (SupplierUnavailable, OutcomeUnknown):
            with database.transaction() as tx:
                back = [position for position, _ in ordered]
                deliveries.move_claimed(tx, chunk, owner, back, DeliveryState.ACCEPTED)
            raise
        key = transit.of_day(send.transit_day)
        codes = [
            (one.reference, key.seal(_pack(one), code_place(one.reference)))
            for one in found
            if one.state is CouponState.ISSUED
        ]
        with database.transaction() as tx:
            _write(tx, send, chunk, owner, ordered, codes, now)
    with database.transaction() as tx:
        finish_chunk(tx, send, chunk, clock.now())


def _claim(tx: Transaction, send: sends.Send, gift: Gift, chunk: Chunk, claim: Claim) -> list[tuple[int, CouponOrder]]:
    """Take the rows, let go of who has opted out since, and write a reference for each that has none."""
    rows = deliveries.claim_to_issue(tx, chunk, claim)
    gone = opt_outs.among(tx, send.company_id, (row.fingerprint for row in rows))
    left = [row.position for row in rows if row.fingerprint in gone]
    rows = [row for row in rows if row.fingerprint not in gone]
    valid_until = last_valid_day(claim.now.date(), gift.validity_days)
    new = [(row.position, ids.new_id("cpn")) for row in rows if row.coupon_id is None]
    coupons.request(
        tx,
        [
            coupons.Coupon(
                coupon_id,
                send.company_id,
                gift.code,
                send.hold_id or "",
                send.value_ore or 0,
                "requested",
                valid_until,
            )
            for _, coupon_id in new
        ],
        claim.now.date(),
    )
    if new:
        deliveries.point_at_coupons(tx, chunk, claim.owner, new)
    _release(tx, send, deliveries.opt_out_claimed(tx, chunk, claim.owner, left), claim.now)
    references = {row.position: row.coupon_id for row in rows if row.coupon_id} | dict(new)
    return [
        (position, CouponOrder(reference, gift.product, valid_until))
        for position, reference in sorted(references.items())
    ]


def _write(
    tx: Transaction,
    send: sends.Send,
    chunk: Chunk,
    owner: str,
    ordered: Sequence[tuple[int, CouponOrder]],
    codes: Sequence[tuple[str, bytes]],
    now: datetime,
) -> None:
    """Keep the codes for the SMS, ask for it, and let go of what the issuer has refused."""
    have = {coupon_id for coupon_id, _ in codes}
    issued = [position for position, order in ordered if order.reference in have]
    refused = [position for position, order in ordered if order.reference not in have]
    coupons.issued(tx, send.company_id, codes)
    deliveries.move_claimed(tx, chunk, owner, issued, DeliveryState.ISSUED)
    failed = deliveries.move_claimed(tx, chunk, owner, refused, DeliveryState.FAILED, "no_coupon")
    coupons.refused(tx, send.company_id, [order.reference for _, order in ordered if order.reference not in have])
    _release(tx, send, failed, now)
    if issued:
        body: dict[str, object] = {"send_id": send.id, "first": chunk.first, "last": chunk.last}
        outbox.put(tx, SMS_WANTED, body, now)


def _release(tx: Transaction, send: sends.Send, number: int, now: datetime) -> None:
    """Give back the price of recipients who never got a coupon."""
    if number and send.price_ore:
        movement = Movement(Purpose.RELEASE, number * send.price_ore)
        money.book(tx, send.company_id, movement, now.date(), send.hold_id)


def _pack(coupon: IssuedCoupon) -> bytes:
    return json.dumps([coupon.ean, coupon.code]).encode()
