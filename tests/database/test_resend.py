"""A gift's link is sent once more when its company asks: three times at most, each paid for once, and never on a
guess."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from shared.database.queries import coupons
from shared.database.queries.people import Session
from shared.domain.delivery import DeliveryState
from shared.domain.errors import BalanceTooLow, Conflict, NotFound
from shared.domain.extra_sms import MOVES, TEXTS, ExtraState, text_of
from shared.domain.gift import GiftState
from shared.domain.phone_number import parse
from shared.domain.sms_text import measure
from shared.ports import Receipt, Sms, SmsOutcome, SmsResult, SupplierPaused, SupplierUnavailable
from shared.use_cases.accounts.stop_account import resume_account, stop_account
from shared.use_cases.gifts.open_gift import open_gift
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.erase_person import erase_recipient
from shared.use_cases.sends.sweep_extra_sms import release_held, sweep_extra_sms
from tests.database.pipeline import DyingSender, Pipeline, SlowSender, WorkerDied, at_once
from tests.database.resends import ask
from tests.factories import fingerprint

PRICE_ORE = 50


def extra(pipeline: Pipeline, what: str = "state") -> list[object]:
    return pipeline.column(f"SELECT {what} FROM extra_sms ORDER BY send_id, position, number")


def resent(pipeline: Pipeline, number: int = 1) -> str:
    """A send whose first recipient has been sent to again."""
    send_id = pipeline.sent(number)
    ask(pipeline, send_id)
    pipeline.run()
    return send_id


def fails(pipeline: Pipeline, sms_ref: str) -> None:
    pipeline.record(Receipt(sms_ref, DeliveryState.FAILED))


def sweep(pipeline: Pipeline) -> int:
    return sweep_extra_sms(pipeline.database, pipeline.clock.now())


@dataclass
class Answers:
    """Every call comes to this; how many there were."""

    result: SmsResult
    at_once: int = 100
    sent: list[Sms] = field(default_factory=list)

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        self.sent += messages
        return [self.result for _ in messages]


LOST = SmsResult(SmsOutcome.UNKNOWN)


def test_every_text_is_one_part_however_long_the_address() -> None:
    link = f"https://{'x' * 40}/g/{'x' * 24}"
    sizes = [measure(text_of(kind, language, link)) for kind, texts in TEXTS.items() for language in texts]
    assert {(one.encoding, one.parts) for one in sizes} == {("GSM-7", 1)}


def test_it_is_another_link_to_the_same_gift_and_is_paid_for_once(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    fees = pipeline.booked()["capture_fee"]
    ask(pipeline, send_id)
    messages = list(pipeline.published)
    for message in messages * 2:
        pipeline.do(message)
    first, _, again = [pipeline.token_of(sms) for sms in pipeline.sender.sent]
    assert first != again
    with pipeline.database.transaction() as tx:
        one, other = [open_gift(tx, pipeline.tokens, token, pipeline.today) for token in (first, again)]
    assert (one.ean, one.code, one.state) == (other.ean, other.code, other.state)
    assert one.code
    assert extra(pipeline, "CONCAT(state, price_ore)") == ["sent50"]
    assert pipeline.booked()["capture_fee"] == fees + PRICE_ORE
    assert pipeline.column("SELECT SUM(amount_ore) FROM ledger_entries") == [0]


def test_of_ten_that_ask_at_once_three_are_sent(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    held = pipeline.balance().held_ore
    refusals = at_once([lambda: ask(pipeline, send_id)] * 10)
    assert [type(one) for one in refusals] == [Conflict] * 7, refusals
    assert extra(pipeline, "number") == [1, 2, 3]
    assert pipeline.balance().held_ore == held + 3 * PRICE_ORE
    pipeline.run()
    assert len({pipeline.token_of(sms) for sms in pipeline.sender.sent}) == 4
    assert pipeline.balance().held_ore == held


def test_as_many_are_accepted_as_the_balance_covers(pipeline: Pipeline) -> None:
    poor = pipeline.company(balance_ore=4 * 3_900 + 2 * PRICE_ORE)
    send_id = pipeline.send_to(4, member=poor)
    pipeline.run()
    asked = [lambda place=place: ask(pipeline, send_id, place, poor.company_id) for place in (1, 2, 3, 4)]
    assert [type(one) for one in at_once(asked)] == [BalanceTooLow] * 2
    assert len(extra(pipeline)) == 2


def encrypted(pipeline: Pipeline, send_id: str) -> None:
    pipeline.clock.advance(days=30)


def opted_out(pipeline: Pipeline, send_id: str) -> None:
    pipeline.opt_out(pipeline.deliveries(send_id, "phone")[0])


def redeemed(pipeline: Pipeline, send_id: str) -> None:
    with pipeline.database.transaction() as tx:
        coupons.move(tx, pipeline.company_id, pipeline.coupons(send_id, "id"), GiftState.REDEEMED, pipeline.today)


def taken_back(pipeline: Pipeline, send_id: str) -> None:
    with pipeline.database.transaction() as tx:
        coupons.cancel(tx, pipeline.company_id, pipeline.coupons(send_id, "id")[0])


def expired(pipeline: Pipeline, send_id: str) -> None:
    pipeline.rows("UPDATE coupons SET valid_until = %s", pipeline.today - timedelta(days=1))


GONE = [encrypted, opted_out, redeemed, taken_back, expired]
Happening = Callable[[Pipeline, str], None]


@pytest.mark.parametrize("happens", GONE)
def test_what_may_not_be_sent_again_is_refused_and_costs_nothing(pipeline: Pipeline, happens: Happening) -> None:
    send_id = pipeline.sent(1)
    happens(pipeline, send_id)
    before = pipeline.balance()
    with pytest.raises(Conflict):
        ask(pipeline, send_id)
    assert (extra(pipeline), pipeline.balance()) == ([], before)


@pytest.mark.parametrize("happens", GONE)
def test_what_happens_before_it_leaves_stops_it_and_gives_the_money_back(
    pipeline: Pipeline, happens: Happening
) -> None:
    send_id = pipeline.sent(1)
    before = pipeline.balance().held_ore
    ask(pipeline, send_id)
    happens(pipeline, send_id)
    pipeline.run()
    assert len(pipeline.sender.sent) == 1
    assert extra(pipeline) == ["failed"]
    assert pipeline.balance().held_ore == before


def test_what_has_not_left_cannot_be_sent_again_and_nor_can_what_never_did(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(2)
    with pytest.raises(Conflict, match="has not left"):
        ask(pipeline, send_id)
    pipeline.hand_over(send_id, sender=Answers(SmsResult(SmsOutcome.REFUSED, reason="barred")))
    with pytest.raises(Conflict, match="has not left"):
        ask(pipeline, send_id, 2)
    with pytest.raises(NotFound):
        ask(pipeline, send_id, 3)


def test_a_gift_that_was_redeemed_at_the_till_unseen_is_not_sent_again_and_counts_as_redeemed(
    pipeline: Pipeline,
) -> None:
    send_id = pipeline.sent(1)
    ask(pipeline, send_id)
    pipeline.issuer.redeem(pipeline.coupons(send_id, "id")[0])
    pipeline.run()
    assert extra(pipeline, "CONCAT(state, ' ', reason)") == ["failed gift_ended"]
    assert pipeline.coupons(send_id) == ["redeemed"]
    assert pipeline.balance().held_ore == 0


def test_a_lost_answer_is_never_sent_again_and_its_price_is_back_after_72_hours(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    held = pipeline.balance().held_ore
    ask(pipeline, send_id)
    sender = Answers(LOST)
    for _ in range(3):
        pipeline.send_extra(send_id, sender=sender)
    pipeline.clock.advance(hours=71)
    assert sweep(pipeline) == 0
    assert pipeline.balance().held_ore == held + PRICE_ORE
    pipeline.clock.advance(hours=2)
    assert [sweep(pipeline), sweep(pipeline)] == [1, 0]
    assert pipeline.balance().held_ore == held
    pipeline.run()
    assert (len(sender.sent), extra(pipeline)) == (1, ["unknown"])


def test_a_worker_that_dies_in_its_call_leaves_a_doubt_and_no_second_sms(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    ask(pipeline, send_id)
    with pytest.raises(WorkerDied):
        pipeline.send_extra(send_id, sender=DyingSender())
    pipeline.clock.advance(minutes=3)
    assert sweep(pipeline) == 1
    pipeline.run()
    assert (extra(pipeline), len(pipeline.sender.sent)) == (["unknown"], 1)


def test_an_answer_that_comes_after_the_price_was_released_takes_no_money(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    held, fees = pipeline.balance().held_ore, pipeline.booked()["capture_fee"]
    ask(pipeline, send_id)
    slow = SlowSender(pipeline.sender)

    def meanwhile() -> None:
        assert slow.called.wait(20)
        for hours in (1, 80):
            pipeline.clock.advance(hours=hours)
            sweep(pipeline)
        slow.released.set()

    assert at_once([lambda: pipeline.send_extra(send_id, sender=slow), meanwhile]) == []
    assert extra(pipeline) == ["sent"]
    assert (pipeline.balance().held_ore, pipeline.booked()["capture_fee"]) == (held, fees)


def test_while_lekab_is_away_it_waits_and_leaves_once_lekab_is_back(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    ask(pipeline, send_id)
    with pytest.raises(SupplierUnavailable):
        pipeline.send_extra(send_id, sender=Answers(SmsResult(SmsOutcome.NOT_TRIED, retry_after_seconds=60)))
    with pytest.raises(SupplierPaused):
        pipeline.send_extra(send_id)
    pipeline.published.clear()
    pipeline.clock.advance(minutes=3)
    assert sweep(pipeline) == 1
    pipeline.run()
    assert (extra(pipeline), len(pipeline.sender.sent)) == (["sent"], 2)


def test_while_clearon_is_away_nothing_is_sent_and_nothing_is_lost(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    ask(pipeline, send_id)
    pipeline.published.clear()

    def away(reference: str) -> None:
        raise SupplierUnavailable(reference)

    known, pipeline.issuer.get = pipeline.issuer.get, away  # type: ignore[method-assign]  # away for one call
    with pytest.raises(SupplierUnavailable):
        pipeline.send_extra(send_id)
    pipeline.issuer.get = known  # type: ignore[method-assign]  # away for one call
    assert extra(pipeline) == ["accepted"]
    pipeline.send_extra(send_id)
    assert extra(pipeline) == ["sent"]


def test_of_a_stopped_company_it_waits_and_after_72_hours_it_is_too_late(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    for position in (1, 2):
        ask(pipeline, send_id, position)
    held = pipeline.balance().held_ore
    place = (pipeline.database, "staff@upup.example", pipeline.company_id, "complaints")
    stop_account(*place, pipeline.clock.now())
    pipeline.run()
    pipeline.clock.advance(minutes=5)
    assert (sweep(pipeline), extra(pipeline)) == (0, ["accepted", "accepted"])
    resume_account(*place, pipeline.clock.now())
    assert sweep(pipeline) == 2
    pipeline.published.clear()
    pipeline.send_extra(send_id, 1, 1)
    pipeline.clock.advance(hours=73)
    assert sweep(pipeline) == 1
    assert extra(pipeline, "CONCAT_WS(' ', state, reason)") == ["sent", "failed too_late"]
    assert pipeline.balance().held_ore == held - 2 * PRICE_ORE


def test_what_is_asked_for_at_night_waits_for_the_morning_where_nights_are_quiet(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    pipeline.clock.advance(hours=10)  # 22 in Stockholm
    ask(pipeline, send_id, quiet=True)
    assert (pipeline.published, sweep(pipeline)) == ([], 0)
    pipeline.clock.advance(hours=11, minutes=1)
    sweep(pipeline)
    pipeline.run()
    assert (extra(pipeline), len(pipeline.sender.sent)) == (["sent"], 2)


def test_what_waits_for_the_morning_does_not_leave_with_what_is_to_leave_at_night(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    pipeline.clock.advance(hours=10)  # 22 in Stockholm
    ask(pipeline, send_id, quiet=True)
    ask(pipeline, send_id)
    pipeline.run()
    assert (extra(pipeline), len(pipeline.sender.sent)) == (["accepted", "sent"], 2)
    pipeline.clock.advance(hours=11, minutes=1)
    sweep(pipeline)
    pipeline.run()
    assert (extra(pipeline), len(pipeline.sender.sent)) == (["sent", "sent"], 3)


def test_its_receipt_is_its_own_and_is_found_however_it_comes(pipeline: Pipeline) -> None:
    resent(pipeline)
    (sms_ref,) = pipeline.column("SELECT sms_ref FROM extra_sms")
    fails(pipeline, sms_ref)
    assert extra(pipeline) == ["failed"]
    pipeline.record(Receipt(sms_ref, DeliveryState.DELIVERED))
    assert extra(pipeline) == ["delivered"]
    fails(pipeline, sms_ref)
    assert extra(pipeline) == ["delivered"]
    assert pipeline.column("SELECT state FROM deliveries") == ["sent"]
    assert pipeline.column("SELECT sms_ref FROM early_receipts") == []


def test_a_receipt_before_it_is_written_as_sent_counts(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    ask(pipeline, send_id)
    pipeline.record(Receipt("early", DeliveryState.DELIVERED))
    pipeline.send_extra(send_id, sender=Answers(SmsResult(SmsOutcome.SENT, "early")))
    assert (extra(pipeline), pipeline.column("SELECT sms_ref FROM early_receipts")) == (["delivered"], [])


def test_a_gift_whose_own_sms_failed_is_kept_while_another_sms_with_it_may_arrive(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    fails(pipeline, pipeline.deliveries(send_id, "sms_ref")[0])
    assert pipeline.coupons(send_id, "unwanted") == [1]
    ask(pipeline, send_id)
    assert pipeline.coupons(send_id, "unwanted") == [0]
    pipeline.run()
    settle_gifts(pipeline.database, pipeline.issuers, pipeline.today)
    assert pipeline.coupons(send_id) == ["issued"]
    fails(pipeline, pipeline.column("SELECT sms_ref FROM extra_sms")[0])
    assert pipeline.coupons(send_id, "unwanted") == [1]


def test_a_late_failure_of_the_gifts_own_sms_leaves_a_gift_that_was_sent_again(pipeline: Pipeline) -> None:
    send_id = resent(pipeline)
    fails(pipeline, pipeline.deliveries(send_id, "sms_ref")[0])
    assert (pipeline.deliveries(send_id), pipeline.coupons(send_id, "unwanted")) == (["failed"], [0])


def test_one_that_never_leaves_makes_the_gift_of_a_failed_sms_unwanted_again(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    fails(pipeline, pipeline.deliveries(send_id, "sms_ref")[0])
    ask(pipeline, send_id)
    opted_out(pipeline, send_id)
    pipeline.run()
    assert (extra(pipeline), pipeline.coupons(send_id, "unwanted")) == (["failed"], [1])


def test_the_value_of_a_code_that_only_a_resend_has_brought_is_earned_then(pipeline: Pipeline) -> None:
    pipeline.stock("cinema", 1)
    send_id = pipeline.issued(1, gift="cinema")
    pipeline.hand_over(send_id, sender=Answers(LOST))
    assert "capture_value" not in pipeline.booked()
    ask(pipeline, send_id)
    pipeline.run()
    assert pipeline.booked()["capture_value"] == pipeline.send_row(send_id, "value_ore")
    assert pipeline.coupons(send_id, "value_ore") == [0]


def encrypt(pipeline: Pipeline) -> None:
    pipeline.clock.advance(days=30)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)


def erase(pipeline: Pipeline) -> None:
    person = fingerprint(parse(pipeline.column("SELECT phone FROM deliveries")[0]))
    now = pipeline.clock.now()
    erase_recipient(pipeline.database, pipeline.tokens, pipeline.number_hash, pipeline.company_id, person, now, now)


@pytest.mark.parametrize("parts", [encrypt, erase])
def test_nothing_of_it_is_left_when_delivery_and_gift_part(
    pipeline: Pipeline, parts: Callable[[Pipeline], None]
) -> None:
    send_id = resent(pipeline)
    held = pipeline.balance().held_ore
    (sms_ref,) = pipeline.column("SELECT sms_ref FROM extra_sms")
    ask(pipeline, send_id)
    parts(pipeline)
    pipeline.run()
    assert (extra(pipeline), len(pipeline.sender.sent)) == ([], 2)
    assert pipeline.balance().held_ore == held
    pipeline.record(Receipt(sms_ref, DeliveryState.DELIVERED, phone=parse("070-1740605"), sender="Kaffebaren"))
    assert pipeline.column("SELECT COUNT(*) FROM early_receipts") == [0], "it is about nobody any more"


@pytest.mark.parametrize("parts", [encrypt, erase])
def test_parting_waits_for_no_call_and_takes_no_money_for_it(
    pipeline: Pipeline, parts: Callable[[Pipeline], None]
) -> None:
    send_id = pipeline.sent(1)
    before = pipeline.balance()
    ask(pipeline, send_id)
    slow = SlowSender(pipeline.sender)

    def meanwhile() -> None:
        assert slow.called.wait(20)
        parts(pipeline)
        slow.released.set()

    assert at_once([lambda: pipeline.send_extra(send_id, sender=slow), meanwhile]) == []
    assert extra(pipeline) == []
    assert pipeline.balance() == before
    assert pipeline.column("SELECT COUNT(*) FROM erased_sms") == [2 if parts is erase else 1]


def test_an_agreement_that_ends_gives_back_what_is_held_and_sends_nothing_more(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    held = pipeline.balance().held_ore
    ask(pipeline, send_id)
    pipeline.send_extra(send_id, sender=Answers(LOST))
    ask(pipeline, send_id, 2)
    assert [release_held(pipeline.database, pipeline.company_id, pipeline.clock.now()) for _ in range(2)] == [2, 0]
    pipeline.run()
    assert (extra(pipeline), pipeline.balance().held_ore) == (["unknown", "failed"], held)


def test_a_receipt_that_knows_the_number_only_settles_no_doubt_while_it_may_be_about_a_resend(
    pipeline: Pipeline,
) -> None:
    first = pipeline.sent(1)
    ask(pipeline, first)
    pipeline.send_extra(first, sender=Answers(LOST))
    second = pipeline.issued(1)
    pipeline.hand_over(second, sender=Answers(LOST))
    number = parse(pipeline.deliveries(second, "phone")[0])
    pipeline.record(Receipt("whose", DeliveryState.DELIVERED, None, number, pipeline.send_row(second, "sender")))
    assert pipeline.deliveries(second) == ["unknown"]
    pipeline.clock.advance(hours=73)
    sweep(pipeline)
    pipeline.record(Receipt("whose", DeliveryState.DELIVERED, None, number, pipeline.send_row(second, "sender")))
    assert pipeline.deliveries(second) == ["delivered"], "nobody expects one of the resend any more"


def test_a_test_is_sent_again_without_supplier_or_money(pipeline: Pipeline) -> None:
    company = pipeline.company(balance_ore=0)
    tester = Session("key_test", company.company_id, "sender", "", frozenset({"sends:write"}), is_test=True)
    send_id = pipeline.send_to(1, member=tester)
    pipeline.run()
    ask(pipeline, send_id, 1, company.company_id)
    pipeline.run()
    assert (extra(pipeline, "CONCAT(state, price_ore)"), pipeline.sender.sent) == (["delivered0"], [])
    assert pipeline.booked(company.company_id) == {}
    assert pipeline.column("SELECT COUNT(*) FROM gift_links") == [1]


def test_every_state_but_the_last_leads_somewhere() -> None:
    assert {state for state, targets in MOVES.items() if not targets} == {ExtraState.DELIVERED}
