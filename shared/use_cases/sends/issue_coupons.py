"""A chunk of deliveries gets its coupons. Our reference is written before the issuer is asked: asking again is safe."""

from collections.abc import Mapping
from datetime import date

from msgspec import json

from shared.database.queries import catalogue, claims, coupons, money, outbox, sends, standing
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
from shared.privacy.places import code_place
from shared.privacy.sealing import SealingKey
from shared.privacy.transit import Transit
from shared.use_cases.sends.finish_chunk import finish_chunk
from shared.use_cases.sends.left_to_sweep import left_to_sweep
from shared.use_cases.sends.pretend import OpenGate, PretendIssuer
from shared.use_cases.suppliers.supplier_gate import Gate

ISSUING = (DeliveryState.ISSUING,)


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
        self._size = max(0, min(chunk.last, send.accepted) - chunk.first + 1)
        self._all_claimed = False

    def run(self, issuer: CouponIssuer, key: SealingKey) -> None:
        """Raises also `ClaimedElsewhere`."""
        ordered = insist(self._database, self._take)
        asked_for_sms = bool(ordered) and self._ask(issuer, key, ordered)
        if asked_for_sms and self._all_claimed:  # whoever sends the SMS finishes the chunk, and nobody holds any of it
            return
        if insist(self._database, lambda tx: self._finish(tx, asked_for_sms)):
            raise ClaimedElsewhere

    def _finish(self, tx: Transaction, asked_for_sms: bool) -> bool:
        """Whether others are still asking for coupons of the chunk."""
        if not asked_for_sms:
            finish_chunk(tx, self._send, self._chunk, self._claim.now)
        return claims.held_by_others(tx, self._chunk, self._claim, ISSUING)

    def _take(self, tx: Transaction) -> dict[int, CouponOrder]:
        """Claim the rows, let go of who has opted out since, and write a reference for each that has none.

        Of a company that is stopped nothing is claimed: it waits.
        """
        if standing.is_stopped(tx, self._send.company_id):
            return {}
        rows = claims.claim_to_issue(tx, self._chunk, self._claim, ids.new_ids("cpn", self._size))
        self._all_claimed = len(rows) == self._size
        self._let_go(tx, [row for row in rows if row.opted_out])
        last_day = last_valid_day(self._given_on, self._gift.validity_days)
        left = [row for row in rows if not row.opted_out]
        if any(row.valid_until is None for row in left):
            self._request(tx, last_day)
        return {
            row.position: CouponOrder(row.coupon_id, self._gift.product, row.valid_until or last_day) for row in left
        }

    def _request(self, tx: Transaction, last_day: date) -> None:
        send = self._send
        hold_id, value_ore = send.hold_id or "", send.value_ore or 0
        alike = coupons.Coupon(
            *("", send.company_id, self._gift.code, hold_id, value_ore, "requested", last_day), test=send.test
        )
        claims.request_coupons(tx, self._chunk, self._claim.owner, alike, self._given_on)

    def _let_go(self, tx: Transaction, rows: list[ToIssue]) -> None:
        """Release what is held for people who opted out; a coupon that was asked for before is to be voided first."""
        never_asked_for = [row.position for row in rows if row.valid_until is None]
        claims.forget_coupons(tx, self._chunk, self._claim.owner, never_asked_for)
        claims.opt_out_claimed(tx, self._chunk, self._claim.owner, [row.position for row in rows], self._claim.now)
        asked_for = [row.coupon_id for row in rows if row.valid_until is not None]
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
            self._give_back(left)
        if len(answered) < len(ordered):
            raise OutcomeUnknown("some coupons were not answered for")
        return any(one.state is CouponState.ISSUED for one in answered.values())

    def _give_back(self, positions: list[int]) -> None:
        claim, back = self._claim, DeliveryState.ACCEPTED
        if positions:
            insist(
                self._database,
                lambda tx: claims.move_claimed(tx, self._chunk, claim.owner, positions, back, claim.now),
            )

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
    return key.seal(json.encode((coupon.ean, coupon.code)), code_place(coupon.reference))
