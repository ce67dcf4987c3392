"""A chunk of deliveries gets its coupons. Our reference is written before the issuer is asked: asking again is safe."""

import json
from collections.abc import Mapping
from datetime import date

from shared.database.queries import catalogue, claims, coupons, money, opt_outs, outbox, sends, standing
from shared.database.queries.claims import Chunk, Claim, ToIssue
from shared.database.transactions import Database, Transaction, insist
from shared.domain import ids
from shared.domain.chunks import CLAIM
from shared.domain.delivery import DeliveryState
from shared.domain.gift import Gift
from shared.domain.ledger import Movement, Purpose
from shared.domain.retention import last_valid_day
from shared.domain.schedule import swedish_day
from shared.domain.topics import SMS_WANTED
from shared.metrics import Metric, measure
from shared.observability.context import about
from shared.ports import (
    ClaimedElsewhere,
    Clock,
    CouponIssuer,
    CouponOrder,
    CouponState,
    IssuedCoupon,
    OutcomeUnknown,
    SupplierUnavailable,
)
from shared.privacy.sealing import SealingKey
from shared.privacy.transit import Transit
from shared.use_cases.sends.finish_chunk import finish_chunk
from shared.use_cases.sends.left_to_sweep import left_to_sweep
from shared.use_cases.sends.pretend import OpenGate, PretendIssuer
from shared.use_cases.sends.supplier_gate import Gate

ISSUING = (DeliveryState.ISSUING,)


def code_place(coupon_id: str) -> str:
    return f"coupons|{coupon_id}"


def issue_coupons(
    database: Database,
    issuers: Mapping[str, CouponIssuer],
    transit: Transit,
    clock: Clock,
    gate: Gate,
    send_id: str,
    first: int,
    last: int,
) -> None:
    """Claim, ask, write. Raises `SupplierUnavailable` or `OutcomeUnknown` after giving the claim back."""
    with database.transaction() as tx:
        send = sends.named_by_message(tx, send_id)
        gift = catalogue.get(tx, send.gift_code) if send and send.gift_code else None
    if send is None or gift is None or send.state != "processing" or send.sealed_text is None:
        return
    about(company_id=send.company_id)
    key = transit.of_day(send.transit_day)
    work = _Work(
        database, clock, OpenGate() if send.test else gate, send, gift, Chunk(send.company_id, send_id, first, last)
    )
    with left_to_sweep(database, send, clock):
        work.run(PretendIssuer() if send.test else issuers[gift.issuer], key)


class _Work:
    """One worker's coupons for one chunk."""

    def __init__(
        self, database: Database, clock: Clock, gate: Gate | OpenGate, send: sends.Send, gift: Gift, chunk: Chunk
    ) -> None:
        self._database = database
        self._gate = gate
        self._send = send
        self._gift = gift
        self._chunk = chunk
        now = clock.now()
        self._today = now.date()  # of the books
        self._given_on = swedish_day(now)
        self._claim = Claim(ids.new_id("wrk"), now, now + CLAIM)

    def run(self, issuer: CouponIssuer, key: SealingKey) -> None:
        """Raises also `ClaimedElsewhere`."""
        ordered = insist(self._database, self._take)
        asked_for_sms = bool(ordered) and self._ask(issuer, key, ordered)
        if insist(self._database, lambda tx: self._finish(tx, asked_for_sms)):
            raise ClaimedElsewhere

    def _finish(self, tx: Transaction, asked_for_sms: bool) -> bool:
        """Whether others are still asking for coupons of the chunk. Whoever sends the SMS finishes it."""
        if not asked_for_sms:
            finish_chunk(tx, self._send, self._chunk, self._claim.now)
        return claims.held_by_others(tx, self._chunk, self._claim, ISSUING)

    def _take(self, tx: Transaction) -> dict[int, CouponOrder]:
        """Claim the rows, let go of who has opted out since, and write a reference for each that has none.

        Of a company that is stopped nothing is claimed: it waits.
        """
        if standing.is_stopped(tx, self._send.company_id):
            return {}
        rows = claims.claim_to_issue(tx, self._chunk, self._claim)
        gone = opt_outs.among(tx, self._send.company_id, (row.fingerprint for row in rows))
        self._let_go(tx, [row for row in rows if row.fingerprint in gone])
        last_day = last_valid_day(self._given_on, self._gift.validity_days)
        orders, new = {}, []
        for row in rows:
            if row.fingerprint in gone:
                continue
            if row.coupon_id is None or row.valid_until is None:
                new.append((row.position, ids.new_id("cpn")))
                orders[row.position] = CouponOrder(new[-1][1], self._gift.product, last_day)
            else:
                orders[row.position] = CouponOrder(row.coupon_id, self._gift.product, row.valid_until)
        self._request(tx, new, last_day)
        return orders

    def _request(self, tx: Transaction, new: list[tuple[int, str]], last_day: date) -> None:
        if not new:
            return
        send = self._send
        hold_id, value_ore = send.hold_id or "", send.value_ore or 0
        asked_for = [
            coupons.Coupon(
                *(coupon_id, send.company_id, self._gift.code, hold_id, value_ore, "requested", last_day),
                test=send.test,
            )
            for _, coupon_id in new
        ]
        coupons.request(tx, asked_for, self._given_on)
        claims.point_at_coupons(tx, self._chunk, self._claim.owner, new)

    def _let_go(self, tx: Transaction, rows: list[ToIssue]) -> None:
        """Release what is held for people who opted out; a coupon that was asked for before is to be voided first."""
        claims.opt_out_claimed(tx, self._chunk, self._claim.owner, [row.position for row in rows], self._claim.now)
        asked_for = [row.coupon_id for row in rows if row.coupon_id]
        coupons.unwanted(tx, self._send.company_id, asked_for)
        self._release(tx, len(asked_for), self._send.fee_ore)
        self._release(tx, len(rows) - len(asked_for), self._send.price_ore)

    def _ask(self, issuer: CouponIssuer, key: SealingKey, ordered: dict[int, CouponOrder]) -> bool:
        """Whether SMS are asked for. What was not answered for goes back: its reference is the same coupon."""
        left = list(ordered)
        try:
            found = self._issue(issuer, list(ordered.values()))
            answered = {place: found[order.reference] for place, order in ordered.items() if order.reference in found}
            insist(self._database, lambda tx: self._write(tx, answered, key))
            left = [place for place in ordered if place not in answered]
        finally:
            claim, back = self._claim, DeliveryState.ACCEPTED
            insist(self._database, lambda tx: claims.move_claimed(tx, self._chunk, claim.owner, left, back, claim.now))
        if len(answered) < len(ordered):
            raise OutcomeUnknown("some coupons were not answered for")
        return any(one.state is CouponState.ISSUED for one in answered.values())

    def _issue(self, issuer: CouponIssuer, orders: list[CouponOrder]) -> dict[str, IssuedCoupon]:
        """By reference. Raises `SupplierPaused` too."""
        self._gate.enter(len(orders))
        try:
            found = {one.reference: one for one in issuer.issue(orders)}
        except (SupplierUnavailable, OutcomeUnknown) as error:
            self._gate.leave(True, getattr(error, "retry_after_seconds", None))
            outcome = "unknown" if isinstance(error, OutcomeUnknown) else "not_tried"
            measure(Metric.SUPPLIER_OUTCOMES, len(orders), supplier=self._gift.issuer, outcome=outcome)
            raise
        self._gate.leave(False)
        return found

    def _write(self, tx: Transaction, answered: dict[int, IssuedCoupon], key: SealingKey) -> None:
        """Keep the codes, ask for the SMS, and let go of what the issuer has refused."""
        owner, company_id, now = self._claim.owner, self._send.company_id, self._claim.now
        issued = {place: one for place, one in answered.items() if one.state is CouponState.ISSUED}
        refused = {place: one.reference for place, one in answered.items() if place not in issued}
        coupons.issued(tx, company_id, [(one.reference, _seal(key, one)) for one in issued.values()])
        coupons.refused(tx, company_id, list(refused.values()))
        claims.move_claimed(tx, self._chunk, owner, list(issued), DeliveryState.ISSUED, now)
        failed = claims.move_claimed(tx, self._chunk, owner, list(refused), DeliveryState.FAILED, now, "no_coupon")
        self._release(tx, failed, self._send.price_ore)
        self._count(tx, "issued", len(issued))
        self._count(tx, "failed", len(refused))
        if issued:
            body: dict[str, object] = {"send_id": self._send.id, "first": self._chunk.first, "last": self._chunk.last}
            outbox.put(tx, SMS_WANTED, body, self._claim.now)

    def _count(self, tx: Transaction, outcome: str, number: int) -> None:
        if not self._send.test:
            tx.count(Metric.SUPPLIER_OUTCOMES, number, supplier=self._gift.issuer, outcome=outcome)

    def _release(self, tx: Transaction, number: int, each_ore: int | None) -> None:
        if number and each_ore:
            movement = Movement(Purpose.RELEASE, number * each_ore)
            money.book(tx, self._send.company_id, movement, self._today, self._send.hold_id)


def _seal(key: SealingKey, coupon: IssuedCoupon) -> bytes:
    """The codes as they are kept until the SMS is handed over."""
    return key.seal(json.dumps([coupon.ean, coupon.code]).encode(), code_place(coupon.reference))
