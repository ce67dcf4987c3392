"""A supplier that is down or slow slows the pipeline and breaks nothing."""

import pytest

from shared.domain.phone_number import parse
from shared.domain.supplier_gate import FAILURES_TO_OPEN, OPEN_FOR
from shared.ports import LEFT, SmsOutcome, SmsResult, SupplierPaused, SupplierUnavailable
from shared.use_cases.sends.sweep_stuck import sweep_stuck
from shared.use_cases.suppliers.supplier_gate import LONGEST_WAIT_SECONDS, Gate
from tests.database.pipeline import Pipeline, at_once
from tests.factories import FakeIssuer, FakeSmsSender, fictional


def away(retry_after_seconds: float | None = None) -> FakeSmsSender:
    taken_by_nobody = SmsResult(SmsOutcome.NOT_TRIED, retry_after_seconds=retry_after_seconds)
    return FakeSmsSender({parse(fictional(place)).e164: taken_by_nobody for place in range(5)})


def test_while_lekab_is_down_it_is_left_in_peace_and_afterwards_everything_is_sent(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(SupplierUnavailable):
            pipeline.hand_over(send_id, sender=away())
    with pytest.raises(SupplierPaused):
        pipeline.hand_over(send_id)
    assert pipeline.sender.sent == []
    assert pipeline.deliveries(send_id) == ["issued"] * 3
    pipeline.clock.advance(seconds=OPEN_FOR.total_seconds())
    pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["sent"] * 3


@pytest.mark.parametrize("supplier", ["clearon", "lekab"])
def test_what_waited_for_a_supplier_goes_on_with_the_first_sweep_after_its_return(
    pipeline: Pipeline, supplier: str
) -> None:
    send_id = pipeline.issued(2) if supplier == "lekab" else pipeline.send_to(2)
    pipeline.published.clear()
    for _ in range(FAILURES_TO_OPEN):
        pipeline.gate(supplier).leave(failed=True)
    with pytest.raises(SupplierPaused):
        (pipeline.hand_over if supplier == "lekab" else pipeline.issue)(send_id)
    pipeline.clock.advance(seconds=OPEN_FOR.total_seconds())
    sweep_stuck(pipeline.database, pipeline.number_hash, pipeline.clock.now())
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent"] * 2


def test_what_lekab_asks_for_with_retry_after_is_honoured_by_all(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(2)
    with pytest.raises(SupplierUnavailable):
        pipeline.hand_over(send_id, sender=away(retry_after_seconds=9.0))
    pipeline.clock.advance(seconds=8)
    with pytest.raises(SupplierPaused):
        pipeline.hand_over(send_id)
    pipeline.clock.advance(seconds=1)
    pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["sent"] * 2


def test_while_clearon_is_down_rows_wait_unclaimed(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(2)
    for _ in range(FAILURES_TO_OPEN):
        with pytest.raises(SupplierUnavailable):
            pipeline.issue(send_id, issuer=FakeIssuer(trouble=SupplierUnavailable("away")))
    with pytest.raises(SupplierPaused):
        pipeline.issue(send_id)
    assert pipeline.deliveries(send_id) == ["accepted"] * 2
    assert pipeline.deliveries(send_id, "claimed_by") == [None] * 2


def test_what_our_own_time_was_too_short_for_says_nothing_of_a_supplier_that_answers(pipeline: Pipeline) -> None:
    gate = pipeline.gate("busy")
    for _ in range(FAILURES_TO_OPEN):
        gate.enter(500)
        gate.leave_after([SmsResult(SmsOutcome.SENT, "one"), LEFT])
        gate.leave_after([LEFT])
    gate.enter(500)
    for _ in range(FAILURES_TO_OPEN):
        gate.leave_after([SmsResult(SmsOutcome.SENT, "two"), SmsResult(SmsOutcome.NOT_TRIED), LEFT])
    with pytest.raises(SupplierPaused):
        gate.enter(1)


def test_of_many_who_ask_at_the_same_moment_each_is_counted(pipeline: Pipeline) -> None:
    gate = Gate(pipeline.database, pipeline.clock, "asked", 100, lambda seconds: None)
    gate.enter(0)
    assert at_once([lambda: gate.enter(10)] * 8) == []
    assert pipeline.column("SELECT tokens FROM suppliers WHERE name = 'asked'") == [-80.0]


def test_the_rate_is_one_for_all_instances(pipeline: Pipeline) -> None:
    slept: list[float] = []
    first, second = (Gate(pipeline.database, pipeline.clock, "slow", 10, slept.append) for _ in range(2))
    first.enter(100)
    second.enter(100)
    assert slept == [10.0]
    with pytest.raises(SupplierPaused):
        first.enter(100 * LONGEST_WAIT_SECONDS)
        second.enter(1)
