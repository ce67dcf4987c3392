"""Whatever a dead worker or a lost message leaves standing goes on, once."""

from datetime import timedelta
from functools import partial

import pytest

from shared.domain.chunks import CLAIM, STANDS_STILL
from shared.domain.errors import Conflict, NotFound
from shared.use_cases.sends.start_due_sends import start_due_sends
from shared.use_cases.sends.stop_deliveries import cancel_send
from shared.use_cases.sends.sweep_stuck import sweep_stuck
from tests.database.pipeline import FEE_ORE, VALUE_ORE, DyingSender, Pipeline, WorkerDied, at_once

LATER = (STANDS_STILL + timedelta(seconds=1)).total_seconds()


def sweep(pipeline: Pipeline) -> int:
    return sweep_stuck(pipeline.database, pipeline.number_hash, pipeline.clock.now())["nudged"]


def cancel(pipeline: Pipeline, send_id: str) -> None:
    with pipeline.database.transaction() as tx:
        cancel_send(tx, pipeline.company_id, send_id, pipeline.clock.now())


def test_a_send_whose_messages_were_all_lost_goes_on(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(3)
    pipeline.published.clear()
    assert sweep(pipeline) == 0
    pipeline.clock.advance(seconds=LATER)
    assert sweep(pipeline) == 1
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent"] * 3


def test_a_send_whose_sms_message_was_lost_goes_on(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    pipeline.clock.advance(seconds=LATER)
    sweep(pipeline)
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent"] * 3
    assert pipeline.send_row(send_id, "state") == "done"


def test_what_a_dead_worker_had_in_its_call_is_doubted_and_the_rest_goes_on(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(6)
    with pytest.raises(WorkerDied):
        pipeline.hand_over(send_id, sender=DyingSender())
    pipeline.clock.advance(seconds=CLAIM.total_seconds() + LATER)
    sweep(pipeline)
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["unknown"] * 2 + ["sent"] * 4
    assert pipeline.column("SELECT position FROM sms_doubts ORDER BY position") == [1, 2]


def test_two_sweeps_at_once_nudge_each_send_once(pipeline: Pipeline) -> None:
    for _ in range(5):
        pipeline.send_to(1)
    pipeline.published.clear()
    pipeline.clock.advance(seconds=LATER)
    assert at_once([partial(sweep, pipeline)] * 2) == []
    assert len(pipeline.published) == 2 * 5


def test_a_cancelled_send_pays_for_what_has_left_and_for_nothing_else(pipeline: Pipeline) -> None:
    pipeline.sender.at_once = 2
    waiting, issued, sent = pipeline.send_to(2), pipeline.issued(3), pipeline.sent(2)
    for one in (waiting, issued):
        cancel(pipeline, one)
    with pytest.raises(Conflict):
        cancel(pipeline, sent)
    pipeline.run()
    assert pipeline.deliveries(waiting) == ["cancelled"] * 2
    assert pipeline.deliveries(issued) == ["cancelled"] * 3
    assert pipeline.deliveries(sent) == ["sent"] * 2
    assert pipeline.booked()["release"] == 2 * (FEE_ORE + VALUE_ORE) + 3 * FEE_ORE
    assert pipeline.coupons(issued, "unwanted") == [1] * 3
    assert pipeline.send_row(waiting, "sealed_text") is None
    cancel(pipeline, waiting)
    assert pipeline.booked()["release"] == 2 * (FEE_ORE + VALUE_ORE) + 3 * FEE_ORE


def test_nobody_cancels_another_companys_send(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(1)
    other = pipeline.company()
    with pytest.raises(NotFound), pipeline.database.transaction() as tx:
        cancel_send(tx, other.company_id, send_id, pipeline.clock.now())
    assert pipeline.deliveries(send_id) == ["accepted"]


def test_a_scheduled_send_waits_for_its_time_and_two_starters_start_it_once(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(2, start_in=timedelta(hours=2))
    assert pipeline.published == []
    assert start_due_sends(pipeline.database, pipeline.clock.now()) == 0
    pipeline.clock.advance(hours=2)
    begin = partial(start_due_sends, pipeline.database, pipeline.clock.now())
    assert at_once([begin, begin]) == []
    assert len(pipeline.published) == 1
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent"] * 2


def test_cancel_and_start_at_once_leave_one_of_the_two(pipeline: Pipeline) -> None:
    for _ in range(5):
        send_id = pipeline.send_to(2, start_in=timedelta(hours=1))
        pipeline.clock.advance(hours=1)
        begin = partial(start_due_sends, pipeline.database, pipeline.clock.now())
        assert at_once([begin, partial(cancel, pipeline, send_id)]) == []
        pipeline.run()
        assert pipeline.send_row(send_id, "state") == "cancelled"
        assert pipeline.deliveries(send_id) == ["cancelled"] * 2
    assert pipeline.sender.sent == []
