"""A chunk of deliveries is handed to Lekab, a few at a time: before each call it is written that it may begin.

So a worker that dies leaves in doubt only what it had under way, and nothing is ever sent on a guess. A gift's link is
made here and leaves UpUp in the SMS alone.
"""

from collections import Counter
from collections.abc import Sequence, Set
from datetime import datetime

from msgspec import Struct, json

from shared.database.queries import catalogue, claims, coupons, doubts, money, receipts, sends, vat
from shared.database.queries.claims import Chunk, Claim, Outcome, ToSend
from shared.database.transactions import Database, Transaction, insist
from shared.domain import ids
from shared.domain.chunks import CLAIM
from shared.domain.delivery import UNDER_WAY, move
from shared.domain.delivery import DeliveryState as S
from shared.domain.gift_link import gift_link
from shared.domain.ledger import Movement, Purpose
from shared.domain.phone_number import PhoneNumber
from shared.domain.sms_text import Template
from shared.domain.vat import VatClass
from shared.metrics import Metric
from shared.observability.context import about
from shared.ports import ClaimedElsewhere, Clock, Sms, SmsOutcome, SmsResult, SmsSender, SupplierUnavailable
from shared.privacy import gift_seal
from shared.privacy.fingerprint import NumberHashes
from shared.privacy.places import code_place, text_place, values_place
from shared.privacy.sealing import SealingKey
from shared.privacy.tokens import TokenHasher, new_token, test_token
from shared.privacy.transit import Transit
from shared.use_cases.sends.finish_chunk import finish_chunk
from shared.use_cases.sends.left_to_sweep import left_to_sweep
from shared.use_cases.sends.pretend import OpenGate, PretendSender, receipt_to
from shared.use_cases.sends.record_receipt import match_early_receipts
from shared.use_cases.sends.settle_doubts import settle_doubts
from shared.use_cases.sends.stop_deliveries import go_on_or_stop
from shared.use_cases.sends.take_over_dead import doubt_about, take_over_dead
from shared.use_cases.suppliers.supplier_gate import Gate

UNKNOWN = SmsOutcome.UNKNOWN
TOO_LATE = SmsResult(SmsOutcome.REFUSED, reason="too_late")

STATES = {
    SmsOutcome.SENT: S.SENT,
    SmsOutcome.REFUSED: S.FAILED,
    SmsOutcome.UNKNOWN: S.UNKNOWN,
    SmsOutcome.NOT_TRIED: S.ISSUED,
}


class HandOver(Struct, frozen=True):
    """The parts that the work needs."""

    database: Database
    sender: SmsSender
    transit: Transit
    tokens: TokenHasher
    number_hashes: NumberHashes
    clock: Clock
    public_url: str
    gate: Gate


class Prepared(Struct, frozen=True):
    """One SMS, with the link that must be written before it may leave."""

    row: ToSend
    sms: Sms
    link: coupons.Link


def hand_over_sms(parts: HandOver, send_id: str, first: int, last: int) -> None:
    """Hand the chunk over. Raises `SupplierUnavailable` where some are left that Lekab has not taken."""
    with parts.database.transaction() as tx:
        send = sends.named_by_message(tx, send_id)
        if send is None or send.state != "processing" or send.sealed_text is None or send.gift_code is None:
            return
        gift = catalogue.get(tx, send.gift_code)
    about(company_id=send.company_id)
    key = parts.transit.of_day(send.transit_day)
    text = key.open(send.sealed_text, text_place(send_id)).decode()
    chunk = Chunk(send.company_id, send_id, first, last)
    earned = gift is not None and gift.is_earned_on_hand_over
    work = _Work(parts, send, chunk, key, Template(text), earned)
    with left_to_sweep(parts.database, send, parts.clock):
        all_tried = work.run()
    if not all_tried:
        raise SupplierUnavailable("Lekab cannot take more now")


def count_outcomes(tx: Transaction, metric: Metric, results: Sequence[SmsResult], **labels: str) -> None:
    for outcome, number in Counter(result.outcome for result in results).items():
        word = "failed" if outcome is SmsOutcome.REFUSED else outcome.value
        tx.count(metric, number, outcome=word, **labels)


class _Work:
    """One worker's hand-over of one chunk."""

    def __init__(
        self,
        parts: HandOver,
        send: sends.Send,
        chunk: Chunk,
        key: SealingKey,
        template: Template,
        earned: bool,
    ) -> None:
        self._parts = parts
        self._send = send
        self._chunk = chunk
        self._key = key
        self._template = template
        self._number_hash = parts.number_hashes()
        self._sender: SmsSender = PretendSender() if send.test else parts.sender
        self._gate = OpenGate() if send.test else parts.gate
        self._value_is_earned = earned
        self._owner = ids.new_id("wrk")
        self._began = parts.clock.now()
        self._size = max(0, min(chunk.last, send.accepted) - chunk.first + 1)
        self._all_claimed = False
        self._waiting = 0  # rows that are claimed and not begun, as far as this worker knows
        self._is_finished = False
        self._is_held_elsewhere = False

    def run(self) -> bool:
        """Whether Lekab has taken, or refused, everything there was. Raises `ClaimedElsewhere`, `SupplierPaused`."""
        all_tried = True
        try:
            rows, at_once = insist(self._parts.database, self._take), self._sender.at_once
            self._waiting = len(rows)
            for start in range(0, len(rows), at_once):
                batch = [self._prepare(row) for row in rows[start : start + at_once]]
                all_tried = self._hand_over(batch, is_last=start + at_once >= len(rows))
                if not all_tried:
                    break
        except BaseException:
            insist(self._parts.database, self._end_claim)
            raise
        if not self._is_finished:
            insist(self._parts.database, self._finish)
        if self._is_held_elsewhere:
            raise ClaimedElsewhere
        return all_tried

    def _finish(self, tx: Transaction) -> None:
        """Give back what is left and note who else holds any: in the transaction of the last outcomes where there are
        some."""
        now = self._parts.clock.now()
        if self._waiting:
            self._end_claim(tx)
        finish_chunk(tx, self._send, self._chunk, now)
        if not self._all_claimed:
            mine = Claim(self._owner, now, now)
            self._is_held_elsewhere = claims.held_by_others(tx, self._chunk, mine, UNDER_WAY)

    def _end_claim(self, tx: Transaction) -> None:
        claims.end_claim(tx, self._chunk, self._owner)

    def _claim(self) -> Claim:
        """From now on."""
        now = self._parts.clock.now()
        return Claim(self._owner, now, now + CLAIM)

    def _take(self, tx: Transaction) -> list[ToSend]:
        """Claim the rows, and let go of who has opted out since the upload. Those of a stopped company wait."""
        claim, company_id = self._claim(), self._send.company_id
        rows = claims.claim_to_send(tx, self._chunk, claim)
        self._all_claimed = len(rows) == self._size
        if not self._all_claimed:
            take_over_dead(tx, self._number_hash, self._send, self._chunk, claim.now)
        left = [row for row in rows if row.opted_out]
        number = claims.opt_out_claimed(tx, self._chunk, self._owner, [row.position for row in left], claim.now)
        coupons.unwanted(tx, company_id, [row.coupon_id for row in left])
        # an SMS that was to be sent again, and its gift has been redeemed since: the first one did arrive
        ended = [row.position for row in rows if not row.opted_out and row.sealed_code is None]
        number += claims.move_claimed(tx, self._chunk, self._owner, ended, S.FAILED, claim.now, "gift_ended")
        self._book(tx, Purpose.RELEASE, number, self._send.fee_ore, claim.now)
        return [row for row in rows if not row.opted_out and row.sealed_code is not None]

    def _prepare(self, row: ToSend) -> Prepared:
        values: dict[str, str] = {}
        if row.sealed_values:
            values = json.decode(self._key.open(row.sealed_values, values_place(self._send.id, row.position)))
        ean, code = json.decode(self._key.open(row.sealed_code or b"", code_place(row.coupon_id)))
        token = test_token(self._parts.tokens, row.coupon_id) if self._send.test else new_token()
        sealed = gift_seal.seal(token, row.coupon_id, gift_seal.GiftSecret(ean, code, row.fingerprint))
        digest = self._parts.tokens.digest(gift_seal.LINK_PURPOSE, token)
        text = self._template.render(values, gift_link(self._parts.public_url, token))
        return Prepared(
            row,
            Sms(PhoneNumber(row.phone), self._send.sender, text),
            coupons.Link(digest, self._send.company_id, row.coupon_id, sealed),
        )

    def _hand_over(self, batch: Sequence[Prepared], *, is_last: bool) -> bool:
        """One call's worth: mark, call, write what it came to. Whether Lekab has dealt with all of it."""
        self._gate.enter(len(batch))
        self._began = self._parts.clock.now()
        batch = insist(self._parts.database, lambda tx: self._begin(tx, batch))
        if not batch:
            return True
        self._waiting -= len(batch)
        results = self._sender.send([one.sms for one in batch])
        now = self._parts.clock.now()
        self._is_finished = is_last or any(one.outcome is SmsOutcome.NOT_TRIED for one in results)
        insist(self._parts.database, lambda tx: self._write(tx, batch, results, now))
        match_early_receipts(self._parts.database, [one.reference for one in results if one.reference], now)
        in_doubt = [one.sms.to for one, result in zip(batch, results, strict=True) if result.outcome is UNKNOWN]
        settle_doubts(self._parts.database, [self._number_hash(to) for to in in_doubt], now)
        self._gate.leave_after(results)
        return all(one.outcome is not SmsOutcome.NOT_TRIED for one in results)

    def _begin(self, tx: Transaction, batch: Sequence[Prepared]) -> list[Prepared]:
        """Mark that the call may begin, and write the links; those that this worker still holds.

        None where the company has been stopped meanwhile: what has not begun is given back at the end.
        """
        positions = [one.row.position for one in batch]
        mine = claims.begin_sending(tx, self._chunk, self._claim(), positions, self._waiting)
        begun = [one for one in batch if one.row.position in mine]
        coupons.add_links(tx, [one.link for one in begun])
        return begun

    def _write(self, tx: Transaction, batch: Sequence[Prepared], results: Sequence[SmsResult], now: datetime) -> None:
        """Write what the calls came to, once: a row whose outcome is written is no longer being sent.

        Meanwhile the send may have been cancelled, or have had its 72 hours: then its fees are released and its doubts
        forgotten already.
        """
        send = sends.lock(tx, self._send.company_id, self._send.id) or self._send
        over = send.sealed_text is None
        unwritten = claims.being_sent(tx, self._chunk, self._owner, [one.row.position for one in batch])
        doubted = {position for position, state in unwritten.items() if state is S.UNKNOWN}
        pairs = [(one, result) for one, result in zip(batch, results, strict=True) if one.row.position in unwritten]
        if over:
            pairs = [(one, TOO_LATE if result.outcome is SmsOutcome.NOT_TRIED else result) for one, result in pairs]
        outcomes = [
            Outcome(one.row.position, move(S.SENDING, STATES[result.outcome]), result.reference, result.reason)
            for one, result in pairs
        ]
        claims.record_outcomes(tx, self._chunk, self._owner, outcomes, now)
        if send.test:
            self._receive(tx, pairs, now)
        else:
            count_outcomes(tx, Metric.SUPPLIER_OUTCOMES, [result for _, result in pairs], supplier="lekab")
        self._keep_doubts(tx, pairs, doubted, over)
        sent = [one.row.coupon_id for one, result in pairs if result.outcome is SmsOutcome.SENT]
        refused = [one.row.coupon_id for one, result in pairs if result.outcome is SmsOutcome.REFUSED]
        fee_ore = None if over else send.fee_ore
        coupons.handed_over(tx, self._send.company_id, sent)
        coupons.unwanted(tx, self._send.company_id, refused)
        self._book(tx, Purpose.CAPTURE_FEE, len(sent), fee_ore, now)
        self._book(tx, Purpose.RELEASE, len(refused), fee_ore, now)
        if self._value_is_earned:
            coupons.value_captured(tx, self._send.company_id, sent)
            taxed_as = vat.gift_class(tx, self._send.gift_code)
            self._book(tx, Purpose.CAPTURE_VALUE, len(sent), self._send.value_ore, now, taxed_as)
        if any(result.outcome is SmsOutcome.NOT_TRIED for _, result in pairs):
            go_on_or_stop(tx, send, now)
        if self._is_finished:
            self._finish(tx)

    def _receive(self, tx: Transaction, pairs: Sequence[tuple[Prepared, SmsResult]], now: datetime) -> None:
        """A test's receipts come by themselves."""
        for one, result in pairs:
            receipts.apply(tx, result.reference or "", *receipt_to(one.sms.to), now)

    def _keep_doubts(
        self, tx: Transaction, pairs: Sequence[tuple[Prepared, SmsResult]], doubted: Set[int], over: bool
    ) -> None:
        """A doubt for each call without an answer, and none any more where there is one, or the send's time is over.

        `doubted`: those that others took for dead meanwhile.
        """
        known = [
            one.row.position for one, result in pairs if result.outcome is not UNKNOWN and one.row.position in doubted
        ]
        doubts.settled(tx, self._send.company_id, self._send.id, known)
        doubts.add(
            tx,
            [
                doubt_about(self._number_hash, self._send, one.row.position, one.sms.to, self._began)
                for one, result in pairs
                if result.outcome is UNKNOWN and not over
            ],
        )

    def _book(
        self,
        tx: Transaction,
        purpose: Purpose,
        number: int,
        each_ore: int | None,
        now: datetime,
        taxed_as: VatClass | None = None,
    ) -> None:
        if number and each_ore:
            movement = Movement(purpose, number * each_ore, taxed_as)
            money.book(tx, self._send.company_id, movement, now.date(), self._send.hold_id)
