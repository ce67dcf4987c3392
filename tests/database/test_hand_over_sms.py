"""A chunk is handed to Lekab: nothing is ever sent twice, nothing on a guess, and nothing is kept that has left."""

import json
import threading
from datetime import timedelta

import pytest

from shared.database.queries import claims, coupons
from shared.database.queries.claims import Chunk, Claim
from shared.domain.chunks import CLAIM
from shared.domain.delivery import DeliveryState
from shared.domain.ids import new_id
from shared.domain.phone_number import parse
from shared.ports import ClaimedElsewhere, Receipt, SmsOutcome, SmsResult, SupplierUnavailable
from shared.use_cases.gifts.open_gift import open_gift
from tests.database.pipeline import FEE_ORE, VALUE_ORE, DyingSender, Pipeline, SlowSender, WorkerDied, at_once
from tests.factories import PUBLIC_URL, FakeSmsSender, fictional

AFTER_THE_CLAIM = (CLAIM + timedelta(seconds=1)).total_seconds()


def outcome(pipeline: Pipeline, place: int, kind: SmsOutcome, reason: str | None = None) -> None:
    """What Lekab will say of one of the fictional numbers."""
    pipeline.sender.outcomes[parse(fictional(place)).e164] = SmsResult(kind, reason=reason)


def test_what_lekab_takes_is_sent_with_its_id_and_the_fee_is_captured_exactly(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(3)
    assert pipeline.deliveries(send_id) == ["sent"] * 3
    assert len(set(pipeline.deliveries(send_id, "sms_ref"))) == 3
    assert pipeline.deliveries(send_id, "sent_at") == [pipeline.clock.now()] * 3
    assert pipeline.booked()["capture_fee"] == 3 * FEE_ORE
    assert pipeline.balance().held_ore == 3 * VALUE_ORE
    assert pipeline.send_row(send_id, "state") == "done"


def test_the_text_that_left_has_the_name_and_a_link_that_opens_the_right_gift(pipeline: Pipeline) -> None:
    pipeline.sent(3)
    codes = {one.code for one in pipeline.issuer.coupons.values()}
    opened = set()
    for sms in pipeline.sender.sent:
        assert sms.text.startswith("Hej Åsa! Tack för att du handlar hos oss: " + PUBLIC_URL)
        with pipeline.database.transaction() as tx:
            opened.add(open_gift(tx, pipeline.tokens, pipeline.token_of(sms), pipeline.today).code)
    assert opened == codes
    assert [sms.to.e164 for sms in pipeline.sender.sent] == [parse(fictional(place)).e164 for place in range(3)]


def test_text_names_and_codes_are_gone_once_all_is_handed_over(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(3)
    assert pipeline.send_row(send_id, "sealed_text") is None
    assert pipeline.deliveries(send_id, "sealed_values") == [None] * 3
    assert pipeline.coupons(send_id, "sealed_code") == [None] * 3


def test_a_refused_sms_fails_its_delivery_gives_the_fee_back_and_its_coupon_is_unwanted(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    outcome(pipeline, 1, SmsOutcome.REFUSED, "invalid_destination")
    pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["sent", "failed", "sent"]
    assert pipeline.deliveries(send_id, "reason") == [None, "invalid_destination", None]
    assert pipeline.coupons(send_id, "unwanted") == [0, 1, 0]
    assert pipeline.booked() == {
        "top_up": 100_000_000,
        "reserve": 3 * (FEE_ORE + VALUE_ORE),
        "capture_fee": 2 * FEE_ORE,
        "release": FEE_ORE,
    }


def test_an_unknown_outcome_stays_unknown_and_is_never_sent_again(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    outcome(pipeline, 1, SmsOutcome.UNKNOWN, "no_answer")
    pipeline.hand_over(send_id)
    pipeline.sender.outcomes.clear()
    for _ in range(3):
        pipeline.clock.advance(seconds=AFTER_THE_CLAIM)
        pipeline.hand_over(send_id)
        pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["sent", "unknown", "sent"]
    assert len(pipeline.sender.sent) == 2
    assert pipeline.booked()["capture_fee"] == 2 * FEE_ORE
    assert "release" not in pipeline.booked()


def test_what_was_not_tried_waits_as_issued_and_leaves_the_next_time(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    for place in range(3):
        outcome(pipeline, place, SmsOutcome.NOT_TRIED)
    with pytest.raises(SupplierUnavailable):
        pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["issued"] * 3
    assert "capture_fee" not in pipeline.booked()
    pipeline.sender.outcomes.clear()
    pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["sent"] * 3
    assert len(pipeline.sender.sent) == 3


def test_when_lekab_goes_away_the_batches_after_are_not_begun(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(9)
    pipeline.sender.at_once = 3
    outcome(pipeline, 4, SmsOutcome.NOT_TRIED)
    with pytest.raises(SupplierUnavailable):
        pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["sent"] * 4 + ["issued"] + ["sent"] + ["issued"] * 3
    assert pipeline.deliveries(send_id, "claimed_by") == [None] * 9
    assert pipeline.booked()["capture_fee"] == 5 * FEE_ORE


def test_many_workers_on_one_chunk_send_once_to_each(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(60)
    pipeline.sender.at_once = 7
    assert {type(one) for one in at_once([lambda: pipeline.hand_over(send_id)] * 8)} <= {ClaimedElsewhere}
    numbers = [sms.to.e164 for sms in pipeline.sender.sent]
    assert len(numbers) == len(set(numbers)) == 60
    assert pipeline.deliveries(send_id) == ["sent"] * 60
    assert pipeline.booked()["capture_fee"] == 60 * FEE_ORE


def test_a_worker_that_comes_while_another_is_calling_takes_nothing_and_comes_again(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    slow = SlowSender(pipeline.sender)
    first = threading.Thread(target=lambda: pipeline.hand_over(send_id, sender=slow))
    first.start()
    assert slow.called.wait(20)
    second = FakeSmsSender()
    with pytest.raises(ClaimedElsewhere):
        pipeline.hand_over(send_id, sender=second)
    assert pipeline.deliveries(send_id) == ["sending"] * 3
    slow.released.set()
    first.join(20)
    assert second.sent == []
    assert pipeline.deliveries(send_id) == ["sent"] * 3


def test_a_worker_that_is_only_slow_still_writes_down_what_it_has_sent(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    slow = SlowSender(pipeline.sender)
    first = threading.Thread(target=lambda: pipeline.hand_over(send_id, sender=slow))
    first.start()
    assert slow.called.wait(20)
    second = FakeSmsSender()
    pipeline.clock.advance(seconds=AFTER_THE_CLAIM)
    pipeline.hand_over(send_id, sender=second)
    assert pipeline.deliveries(send_id) == ["unknown"] * 3
    slow.released.set()
    first.join(20)
    assert second.sent == []
    assert pipeline.deliveries(send_id) == ["sent"] * 3
    assert pipeline.booked()["capture_fee"] == 3 * FEE_ORE


def test_a_worker_that_died_before_its_call_loses_its_rows_to_the_next_one(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    chunk = Chunk(pipeline.company_id, send_id, 1, 500)
    now = pipeline.clock.now()
    with pipeline.database.transaction() as tx:
        claims.claim_to_send(tx, chunk, Claim(new_id("wrk"), now, now + CLAIM))
    with pytest.raises(ClaimedElsewhere):
        pipeline.hand_over(send_id)
    assert pipeline.sender.sent == []
    pipeline.clock.advance(seconds=AFTER_THE_CLAIM)
    pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["sent"] * 3


def test_a_worker_that_died_in_its_call_leaves_only_that_call_in_doubt_for_good(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(6)
    dying = DyingSender()
    with pytest.raises(WorkerDied):
        pipeline.hand_over(send_id, sender=dying)
    for _ in range(3):
        pipeline.clock.advance(seconds=AFTER_THE_CLAIM)
        pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["unknown"] * 2 + ["sent"] * 4
    assert len(pipeline.sender.sent) == 4
    assert pipeline.send_row(send_id, "state") == "done"


def test_what_a_worker_with_a_whole_chunk_in_its_call_leaves_in_doubt_is_settled_by_number(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(6)
    with pytest.raises(WorkerDied):
        pipeline.hand_over(send_id, sender=DyingSender(at_once=500))
    pipeline.clock.advance(seconds=AFTER_THE_CLAIM)
    pipeline.hand_over(send_id)
    assert (pipeline.deliveries(send_id), pipeline.sender.sent) == (["unknown"] * 6, [])
    for place in range(6):
        number = parse(fictional(place))
        pipeline.record(Receipt(f"lekab-{place}", DeliveryState.DELIVERED, None, number, "Kaffebaren"))
    assert pipeline.deliveries(send_id) == ["delivered"] * 6
    assert pipeline.booked()["capture_fee"] == 6 * FEE_ORE


def test_a_worker_whose_rows_were_taken_over_sends_none_of_them(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(4)
    pipeline.sender.at_once = 2
    slow = SlowSender(FakeSmsSender(), at_once=2)
    first = threading.Thread(target=lambda: pipeline.hand_over(send_id, sender=slow))
    first.start()
    assert slow.called.wait(20)
    pipeline.clock.advance(seconds=AFTER_THE_CLAIM)
    pipeline.hand_over(send_id)
    slow.released.set()
    first.join(20)
    assert len(slow.inner.sent) == len(pipeline.sender.sent) == 2
    assert {sms.to for sms in slow.inner.sent} & {sms.to for sms in pipeline.sender.sent} == set()
    assert pipeline.deliveries(send_id) == ["sent"] * 4
    assert pipeline.booked()["capture_fee"] == 4 * FEE_ORE


def test_who_opts_out_after_their_coupon_gets_no_sms_and_the_fee_goes_back(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    pipeline.opt_out(fictional(2))
    pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["sent", "sent", "opted_out"]
    assert pipeline.coupons(send_id, "unwanted") == [0, 0, 1]
    assert pipeline.coupons(send_id, "sealed_code") == [None] * 3
    assert pipeline.deliveries(send_id, "sealed_values") == [None] * 3
    assert pipeline.booked()["release"] == FEE_ORE
    assert len(pipeline.sender.sent) == 2


def test_the_value_of_a_gift_from_a_pool_is_captured_when_its_code_leaves(pipeline: Pipeline) -> None:
    pipeline.stock("cinema", 2)
    send_id = pipeline.sent(2, gift="cinema")
    assert pipeline.coupons(send_id, "value_ore") == [0, 0]
    booked = pipeline.booked()
    assert (booked["capture_fee"], booked["capture_value"]) == (2 * 1_400, 2 * 13_500)
    assert pipeline.balance().held_ore == 0


def test_extra_parts_of_a_long_text_are_paid_with_the_fee(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2, message="Hej {{first_name}}! " + "Tack! " * 40 + "{{link}}")
    assert pipeline.send_row(send_id, "sms_parts") == 2
    assert pipeline.booked()["capture_fee"] == 2 * (FEE_ORE + 50)


def test_a_link_is_written_before_its_sms_can_leave(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(1)
    slow = SlowSender(pipeline.sender)
    worker = threading.Thread(target=lambda: pipeline.hand_over(send_id, sender=slow))
    worker.start()
    assert slow.called.wait(20)
    assert pipeline.column("SELECT coupon_id FROM gift_links") == pipeline.deliveries(send_id, "coupon_id")
    slow.released.set()
    worker.join(20)


def test_neither_token_nor_code_of_a_link_is_in_the_database(pipeline: Pipeline) -> None:
    pipeline.sent(1)
    (sms,) = pipeline.sender.sent
    token = pipeline.token_of(sms)
    (row,) = pipeline.rows("SELECT * FROM gift_links")
    (coupon,) = pipeline.issuer.coupons.values()
    written = json.dumps([str(value) for value in row])
    assert token not in written
    assert coupon.code not in written
    with pipeline.database.transaction() as tx:
        assert coupons.link(tx, pipeline.tokens.digest("another purpose", token)) is None
