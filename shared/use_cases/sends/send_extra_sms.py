"""Extra SMS are handed to Lekab, each with a new link to the same gift. Never on a guess, and none twice."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from msgspec import Struct

from shared.database.queries import catalogue, coupons, extra_sms, opt_outs, receipts, sends, standing
from shared.database.queries.claims import Chunk
from shared.database.queries.extra_sms import ExtraSms, Outcome, Target
from shared.database.transactions import Database, Transaction, insist
from shared.domain import ids
from shared.domain.chunks import CLAIM, STANDS_STILL
from shared.domain.extra_sms import LIFE, ExtraKind, ExtraState, Language, text_of
from shared.domain.gift import Gift, GiftState
from shared.domain.gift_link import gift_link
from shared.domain.ledger import Purpose
from shared.domain.phone_number import PhoneNumber
from shared.domain.schedule import by_day, is_by_day
from shared.metrics import Metric
from shared.observability.context import about, carried
from shared.ports import (
    Clock,
    CouponIssuer,
    CouponState,
    IssuedCoupon,
    OutcomeUnknown,
    Sms,
    SmsOutcome,
    SmsResult,
    SmsSender,
    SupplierUnavailable,
)
from shared.privacy import gift_seal
from shared.privacy.tokens import TokenHasher, new_token, test_token
from shared.use_cases.gifts.record_redemptions import end_gifts
from shared.use_cases.sends.extra_sms import Refusal, book, end_unsent, refusal
from shared.use_cases.sends.hand_over_sms import count_outcomes
from shared.use_cases.sends.pretend import OpenGate, PretendIssuer, PretendSender, receipt_to
from shared.use_cases.sends.record_receipt import erased_sms, match_early_receipts
from shared.use_cases.sends.settle_doubts import capture_value
from shared.use_cases.suppliers.supplier_gate import Gate

CALLS_AT_ONCE = 8

STATES = {
    SmsOutcome.SENT: ExtraState.SENT,
    SmsOutcome.REFUSED: ExtraState.FAILED,
    SmsOutcome.UNKNOWN: ExtraState.UNKNOWN,
    SmsOutcome.NOT_TRIED: ExtraState.ACCEPTED,
}
PAID = {SmsOutcome.SENT: Purpose.CAPTURE_FEE, SmsOutcome.REFUSED: Purpose.RELEASE}


class Prepared(Struct, frozen=True):
    """One that is in its call: the SMS, and the coupon that its link opens."""

    row: ExtraSms
    sms: Sms
    coupon_id: str


class Parts(Struct, frozen=True):
    """The parts that the work needs."""

    database: Database
    sender: SmsSender
    issuers: Mapping[str, CouponIssuer]
    tokens: TokenHasher
    clock: Clock
    public_url: str
    gate: Gate
    issuers_gate: Gate
    quiet_hours: bool
    """Whether reminders leave by day alone."""


def send_extra_sms(parts: Parts, send_id: str, first: int, last: int) -> None:
    """Hand over what waits at these deliveries. Again changes nothing.

    Raises `SupplierUnavailable`, `OutcomeUnknown` or `SupplierPaused` where some are left; those of a company that is
    stopped wait, and reminders at night until the morning.
    """
    now = parts.clock.now()
    with parts.database.transaction() as tx:
        send = sends.named_by_message(tx, send_id)
        gift = catalogue.get(tx, send.gift_code) if send and send.gift_code else None
        if send is None or gift is None or standing.is_stopped(tx, send.company_id):
            return
        rows = extra_sms.waiting(tx, Chunk(send.company_id, send_id, first, last), now)
        if parts.quiet_hours and not is_by_day(now):  # asked for by day, and held up since
            late = [one for one in rows if one.kind == ExtraKind.REMINDER]
            extra_sms.put_off(tx, send.company_id, [one.id for one in late], by_day(now))
            rows = [one for one in rows if one not in late]
    about(company_id=send.company_id)
    work = _Work(parts, send, gift)
    for start in range(0, len(rows), work.at_once):
        work.hand_over(rows[start : start + work.at_once])


class _Work:
    """One worker's hand-over of a send's extra SMS."""

    def __init__(self, parts: Parts, send: sends.Send, gift: Gift) -> None:
        self._parts = parts
        self._send = send
        self._gift = gift
        self._company_id = send.company_id
        self._owner = ids.new_id("wrk")
        self._sender: SmsSender = PretendSender() if send.test else parts.sender
        self._gate = OpenGate() if send.test else parts.gate
        self._issuer: CouponIssuer = PretendIssuer() if send.test else parts.issuers[gift.issuer]
        self._issuers_gate = OpenGate() if send.test else parts.issuers_gate
        self.at_once = self._sender.at_once

    def hand_over(self, rows: Sequence[ExtraSms]) -> None:
        """One call's worth: look, mark, call, write what it came to. Raises `SupplierUnavailable` for what is left."""
        codes = self._codes(rows)
        self._gate.enter(len(rows))
        database, clock = self._parts.database, self._parts.clock
        begun = insist(database, lambda tx: self._begin(tx, rows, codes))
        if not begun:
            return
        results = self._call(begun)
        now = clock.now()
        insist(database, lambda tx: self._write(tx, begun, results, now))
        match_early_receipts(database, [one.reference for one in results if one.reference], now)
        if any(one.outcome is SmsOutcome.NOT_TRIED for one in results):
            raise SupplierUnavailable("Lekab cannot take more now")

    def _call(self, begun: Sequence[Prepared]) -> list[SmsResult]:
        try:
            results = self._sender.send([one.sms for one in begun])
        except Exception:
            self._gate.leave(True)
            raise
        self._gate.leave_after(results)
        return list(results)

    def _codes(self, rows: Sequence[ExtraSms]) -> dict[str, IssuedCoupon]:
        """The codes by coupon: UpUp has forgotten them, and their issuer gives them again. Of one that is redeemed
        there this is where we learn it."""
        positions = [one.position for one in rows]
        with self._parts.database.transaction() as tx:
            found = extra_sms.targets(tx, self._company_id, self._send.id, positions, lock=False)
        asked = [one.coupon_id for one in found if one.coupon_id]
        answers = self._ask(asked)
        redeemed = [coupon_id for coupon_id, one in answers.items() if one.state is CouponState.REDEEMED]
        if redeemed:
            today = self._parts.clock.now().date()
            insist(
                self._parts.database,
                lambda tx: end_gifts(tx, coupons.by_reference(tx, redeemed), GiftState.REDEEMED, today),
            )
        return {coupon_id: one for coupon_id, one in answers.items() if one.state is CouponState.ISSUED}

    def _ask(self, coupon_ids: Sequence[str]) -> dict[str, IssuedCoupon]:
        """Raises `SupplierUnavailable`, `OutcomeUnknown`, `SupplierPaused`."""
        if not coupon_ids:
            return {}
        self._issuers_gate.enter(len(coupon_ids))
        try:
            with ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="codes") as workers:
                found = list(workers.map(carried(self._issuer.get), coupon_ids))
        except (SupplierUnavailable, OutcomeUnknown) as error:
            self._issuers_gate.leave(True, getattr(error, "retry_after_seconds", None))
            raise
        self._issuers_gate.leave(False)
        return {coupon_id: one for coupon_id, one in zip(coupon_ids, found, strict=True) if one}

    def _begin(self, tx: Transaction, rows: Sequence[ExtraSms], codes: Mapping[str, IssuedCoupon]) -> list[Prepared]:
        """Look once more, with the deliveries locked, as much may have happened since they were asked for; mark that
        the call may begin for the others, and write their links."""
        if standing.is_stopped(tx, self._company_id):
            return []
        now, send = self._parts.clock.now(), sends.get(tx, self._company_id, self._send.id)
        positions = [one.position for one in rows]
        found = {one.position: one for one in extra_sms.targets(tx, self._company_id, self._send.id, positions)}
        gone = opt_outs.among(tx, self._company_id, [one.fingerprint for one in found.values() if one.fingerprint])
        mine = extra_sms.can_begin(tx, self._company_id, [one.id for one in rows], self._owner)
        begun, ends, links = [], [], []
        for row in rows:
            target = found.get(row.position)
            if row.id not in mine or target is None or send is None:
                continue
            code = codes.get(target.coupon_id or "")
            refused = refusal(ExtraKind(row.kind), target, gone, send, now)
            if refused or code is None:
                ends.append((row, refused or Refusal.GIFT_ENDED))
            else:
                prepared, link = self._prepare(row, target, code)
                begun.append(prepared)
                links.append(link)
        end_unsent(tx, self._company_id, ends, now)
        extra_sms.begin(tx, self._company_id, [one.row.id for one in begun], self._owner, now + CLAIM)
        coupons.add_links(tx, links)
        return begun

    def _prepare(self, row: ExtraSms, target: Target, code: IssuedCoupon) -> tuple[Prepared, coupons.Link]:
        coupon_id, fingerprint = target.coupon_id or "", target.fingerprint or b""
        # no SMS brings a test's link, so it stays the one that is shown
        token = test_token(self._parts.tokens, coupon_id) if self._send.test else new_token()
        sealed = gift_seal.seal(token, coupon_id, gift_seal.GiftSecret(code.ean, code.code, fingerprint))
        link = coupons.Link(
            self._parts.tokens.digest(gift_seal.LINK_PURPOSE, token), self._company_id, coupon_id, sealed
        )
        language: Language = "en" if row.language == "en" else "sv"
        text = text_of(ExtraKind(row.kind), language, gift_link(self._parts.public_url, token))
        return Prepared(row, Sms(PhoneNumber(target.phone or ""), self._send.sender, text), coupon_id), link

    def _write(self, tx: Transaction, begun: Sequence[Prepared], results: Sequence[SmsResult], now: datetime) -> None:
        """Write what the calls came to, once. A price that was released meanwhile is not taken."""
        positions, sms_ids = [one.row.position for one in begun], [one.row.id for one in begun]
        extra_sms.targets(tx, self._company_id, self._send.id, positions)
        mine = extra_sms.being_sent(tx, self._company_id, sms_ids, self._owner)
        pairs = [(one, result) for one, result in zip(begun, results, strict=True) if one.row.id in mine]
        extra_sms.write(
            tx, self._company_id, [self._outcome(one.row, result, mine[one.row.id], now) for one, result in pairs], now
        )
        self._leave_to_nobody(tx, begun, results, now)
        if self._send.test:
            for one, result in pairs:
                receipts.apply(tx, result.reference or "", *receipt_to(one.sms.to), now)
        else:
            for kind in ExtraKind:
                of_kind = [result for one, result in pairs if one.row.kind == kind]
                count_outcomes(tx, Metric.EXTRA_SMS, of_kind, kind=kind.value)
        ended = [one.row.position for one, result in pairs if result.outcome is SmsOutcome.REFUSED]
        extra_sms.follow_wanted(tx, self._company_id, self._send.id, ended)
        for outcome, purpose in PAID.items():
            paid = [one.row for one, result in pairs if result.outcome is outcome and mine[one.row.id]]
            book(tx, purpose, paid, now.date())
        if self._gift.is_earned_on_hand_over:
            for one, result in pairs:
                if result.outcome is SmsOutcome.SENT:
                    capture_value(tx, self._send, one.coupon_id, now)

    def _outcome(self, row: ExtraSms, result: SmsResult, is_held: bool, now: datetime) -> Outcome:
        state, reason, due_at = STATES[result.outcome], result.reason, None
        if result.outcome is SmsOutcome.UNKNOWN:
            reason, due_at = "no_answer", now + LIFE if is_held else None
        elif result.outcome is SmsOutcome.NOT_TRIED:
            reason, due_at = None, now + STANDS_STILL
            if not is_held:
                state, reason, due_at = ExtraState.FAILED, Refusal.TOO_LATE, None
        hmac = erased_sms(self._parts.tokens, result.reference) if result.reference else None
        return Outcome(row.id, state, reason, result.reference, hmac, due_at)

    def _leave_to_nobody(
        self, tx: Transaction, begun: Sequence[Prepared], results: Sequence[SmsResult], now: datetime
    ) -> None:
        """Of one whose row went while it was in its call a receipt is about nobody: it may settle no other's doubt."""
        left = extra_sms.there(tx, self._company_id, [one.row.id for one in begun])
        lost = [
            result.reference
            for one, result in zip(begun, results, strict=True)
            if one.row.id not in left and result.reference
        ]
        receipts.erased(tx, [erased_sms(self._parts.tokens, one) for one in lost], now)
        receipts.drop_early(tx, lost)
