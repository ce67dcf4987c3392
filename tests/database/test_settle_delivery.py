"""A person settles an SMS in doubt: as sent, or by having it sent once more. Nobody else does, and only from doubt."""

from functools import partial

import pytest

from shared.database.queries import claims, uncertain
from shared.domain.delivery import DeliveryState
from shared.domain.errors import Conflict, NotFound
from shared.domain.phone_number import parse
from shared.http.answers.staff import uncertain_list
from shared.http.paging import Page
from shared.ports import Receipt
from shared.privacy.delivery_id import DeliveryIds
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.sends.settle_delivery import Settlement
from shared.use_cases.sends.stop_deliveries import cancel_send
from tests.database.for_staff import ANNA, RESEND, SENT, doubt, in_doubt, settle
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline, at_once
from tests.database.resends import ask
from tests.factories import fictional


def log_of_staff(pipeline: Pipeline) -> list[tuple[object, ...]]:
    return pipeline.rows("SELECT staff, action, subject, at FROM staff_log ORDER BY id")


def balances_add_up(pipeline: Pipeline, held_ore: int) -> bool:
    booked, balance = pipeline.booked(), pipeline.balance()
    gone = sum(booked.get(one, 0) for one in ("capture_fee", "capture_value", "release"))
    return booked["reserve"] - gone == balance.held_ore == held_ore


def test_settled_as_sent_its_fee_is_captured_and_nothing_is_sent(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    before = len(pipeline.sender.sent)
    assert settle(pipeline, send_id, SENT) is DeliveryState.SENT
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent", "sent"]
    assert pipeline.deliveries(send_id, "sent_at")[0] == pipeline.clock.now()
    assert pipeline.booked()["capture_fee"] == 2 * FEE_ORE
    assert balances_add_up(pipeline, 2 * VALUE_ORE)
    assert len(pipeline.sender.sent) == before
    assert log_of_staff(pipeline) == [(ANNA, "delivery.settle_sent", "dlv_1", pipeline.clock.now())]


@pytest.mark.parametrize("settlement", [SENT, RESEND])
def test_a_gift_that_is_earned_when_it_leaves_is_earned_once(pipeline: Pipeline, settlement: Settlement) -> None:
    pipeline.stock("cinema", 2)
    doubt(pipeline, 0)
    send_id = pipeline.sent(2, gift="cinema")
    pipeline.sender.outcomes.clear()
    each_ore = pipeline.booked()["capture_value"]
    settle(pipeline, send_id, settlement)
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent", "sent"]
    assert pipeline.booked()["capture_value"] == 2 * each_ore
    assert pipeline.coupons(send_id, "value_ore") == [0, 0]
    assert balances_add_up(pipeline, 0)


def test_settled_as_sent_nothing_is_kept_for_its_sms(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    assert pipeline.send_row(send_id, "sealed_text") is not None
    settle(pipeline, send_id, SENT)
    assert pipeline.send_row(send_id, "sealed_text") is None
    assert pipeline.deliveries(send_id, "sealed_values") == [None, None]
    assert pipeline.coupons(send_id, "sealed_code") == [None, None]
    assert pipeline.column("SELECT COUNT(*) FROM sms_doubts") == [0]


def test_a_text_that_another_doubt_may_still_need_is_kept(pipeline: Pipeline) -> None:
    doubt(pipeline, 0, 1)
    send_id = pipeline.sent(2)
    settle(pipeline, send_id, SENT)
    assert pipeline.send_row(send_id, "sealed_text") is not None
    settle(pipeline, send_id, SENT, position=2)
    assert pipeline.send_row(send_id, "sealed_text") is None


def test_it_is_not_sent_again_while_a_resend_of_its_company_may_arrive(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    ask(pipeline, send_id)
    pipeline.run()
    with pytest.raises(Conflict, match="sent once more"):
        settle(pipeline, send_id, RESEND)
    (sms_ref,) = pipeline.column("SELECT sms_ref FROM extra_sms")
    pipeline.record(Receipt(sms_ref, DeliveryState.FAILED))
    assert settle(pipeline, send_id, RESEND) is DeliveryState.ISSUED


def test_sent_again_it_goes_out_once_and_costs_one_fee(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    assert pipeline.send_row(send_id, "state") == "done"
    assert settle(pipeline, send_id, RESEND) is DeliveryState.ISSUED
    assert pipeline.send_row(send_id, "state") == "processing"
    assert pipeline.column("SELECT COUNT(*) FROM sms_doubts") == [0]
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent", "sent"]
    assert pipeline.send_row(send_id, "state") == "done"
    assert sorted(sms.to.e164 for sms in pipeline.sender.sent) == [parse(fictional(place)).e164 for place in (0, 1)]
    assert pipeline.booked()["capture_fee"] == 2 * FEE_ORE
    assert balances_add_up(pipeline, 2 * VALUE_ORE)
    assert pipeline.send_row(send_id, "sealed_text") is None
    assert log_of_staff(pipeline) == [(ANNA, "delivery.settle_resend", "dlv_1", pipeline.clock.now())]


def test_sent_again_it_may_be_in_doubt_once_more(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    doubt(pipeline, 0)
    settle(pipeline, send_id, RESEND)
    pipeline.clock.advance(minutes=1)
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["unknown", "sent"]
    assert pipeline.column("SELECT since FROM sms_doubts") == [pipeline.clock.now()]
    settle(pipeline, send_id, SENT)
    assert pipeline.booked()["capture_fee"] == 2 * FEE_ORE


def test_who_has_opted_out_since_gets_nothing_when_it_is_to_be_sent_again(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    pipeline.opt_out(fictional(0))
    before = len(pipeline.sender.sent)
    settle(pipeline, send_id, RESEND)
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["opted_out", "sent"]
    assert len(pipeline.sender.sent) == before
    assert pipeline.booked()["release"] == FEE_ORE


def test_a_worker_that_was_only_slow_changes_nothing_any_more(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(1)
    with pipeline.database.transaction() as tx:
        chunk = claims.Chunk(pipeline.company_id, send_id, 1, 1)
        claim = claims.Claim("wrk_slow", pipeline.clock.now(), pipeline.clock.now())
        claims.claim_to_send(tx, chunk, claim)
        claims.begin_sending(tx, chunk, claim, [1], 1)
    pipeline.clock.advance(minutes=3)
    pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["unknown"]
    settle(pipeline, send_id, RESEND)
    with pipeline.database.transaction() as tx:
        assert claims.being_sent(tx, chunk, "wrk_slow", [1]) == {}
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent"]
    assert len(pipeline.sender.sent) == 1


def test_only_what_is_in_doubt_can_be_settled(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    before = pipeline.rows("SELECT * FROM deliveries"), pipeline.booked()
    for settlement in (SENT, RESEND):
        with pytest.raises(Conflict, match="it is sent"):
            settle(pipeline, send_id, settlement, position=2)
    for missing in ((send_id, 3), (send_id, 0), ("snd_unknown", 1)):
        with pytest.raises(NotFound):
            settle(pipeline, missing[0], SENT, position=missing[1])
    assert (pipeline.rows("SELECT * FROM deliveries"), pipeline.booked()) == before
    assert log_of_staff(pipeline) == []


@pytest.mark.parametrize("settlements", [[SENT, SENT], [RESEND, RESEND], [SENT, RESEND], [RESEND, SENT]])
def test_what_was_settled_is_not_settled_again(pipeline: Pipeline, settlements: list[Settlement]) -> None:
    send_id = in_doubt(pipeline)
    settle(pipeline, send_id, settlements[0])
    with pytest.raises(Conflict):
        settle(pipeline, send_id, settlements[1])
    assert len(log_of_staff(pipeline)) == 1


def test_many_who_settle_at_once_settle_it_once(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    failures = at_once([partial(settle, pipeline, send_id, one) for one in [SENT, RESEND] * 4])
    assert len(failures) == 7
    assert all(isinstance(failure, Conflict) for failure in failures)
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent", "sent"]
    assert pipeline.booked()["capture_fee"] == 2 * FEE_ORE
    assert balances_add_up(pipeline, 2 * VALUE_ORE)
    assert len(log_of_staff(pipeline)) == 1


def test_after_72_hours_it_cannot_be_sent_again_and_settled_as_sent_costs_nothing(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    pipeline.clock.advance(hours=72)
    erase_expired(pipeline.database, pipeline.clock.now())
    released = pipeline.booked()
    assert released["release"] == FEE_ORE
    with pytest.raises(Conflict, match="72 hours"):
        settle(pipeline, send_id, RESEND)
    assert pipeline.deliveries(send_id) == ["unknown", "sent"]
    settle(pipeline, send_id, SENT)
    assert pipeline.deliveries(send_id) == ["sent", "sent"]
    assert pipeline.booked() == released


def test_a_gift_that_was_opened_is_not_sent_again(pipeline: Pipeline) -> None:
    send_id = in_doubt(pipeline)
    (coupon_id, _) = pipeline.coupons(send_id, "id")
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE coupons SET state = 'opened' WHERE id = %s", (coupon_id,))
    with pytest.raises(Conflict, match="Settle it as sent"):
        settle(pipeline, send_id, RESEND)
    assert settle(pipeline, send_id, SENT) is DeliveryState.SENT


def test_of_a_cancelled_send_nothing_is_sent_again(pipeline: Pipeline) -> None:
    doubt(pipeline, 0)
    send_id = pipeline.send_to(3)
    pipeline.issue(send_id, last=2)
    pipeline.hand_over(send_id, last=2)
    assert pipeline.deliveries(send_id) == ["unknown", "sent", "accepted"]
    with pipeline.database.transaction() as tx:
        cancel_send(tx, pipeline.company_id, send_id, pipeline.clock.now())
    with pytest.raises(Conflict, match="cancelled"):
        settle(pipeline, send_id, RESEND)
    assert settle(pipeline, send_id, SENT) is DeliveryState.SENT
    assert pipeline.send_row(send_id, "state") == "cancelled"


def test_staff_see_what_is_in_doubt_newest_first_with_its_number_masked(pipeline: Pipeline) -> None:
    ids, first = DeliveryIds(pipeline.tokens), in_doubt(pipeline)
    began = pipeline.clock.now()
    pipeline.clock.advance(minutes=1)
    second = in_doubt(pipeline, number=1)
    with pipeline.database.transaction() as tx:
        shown = uncertain_list(tx, Page(50, None), ids)
    items = shown["items"]
    assert isinstance(items, list)
    assert [item["send_id"] for item in items] == [second, first]
    assert items[1] == {
        "id": ids.encode(first, 1),
        "account_id": pipeline.company_id,
        "send_id": first,
        "state": "unknown",
        "reason": None,
        "since": began.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "phone": str(parse(fictional(0))),
    }
    assert parse(fictional(0)).e164 not in str(shown)
    settle(pipeline, second, SENT)
    with pipeline.database.transaction() as tx:
        assert [one.send_id for one in uncertain.page(tx, None, 50)] == [first]


def test_what_is_in_doubt_is_listed_page_by_page_with_each_once(pipeline: Pipeline) -> None:
    doubt(pipeline, *range(5))
    send_id = pipeline.sent(5)
    seen, before = list[int](), None
    with pipeline.database.transaction() as tx:
        while page := uncertain.page(tx, before, 2):
            seen += [one.position for one in page]
            before = page[-1].since, page[-1].send_id, page[-1].position
    assert seen == [5, 4, 3, 2, 1]
    assert pipeline.deliveries(send_id) == ["unknown"] * 5
