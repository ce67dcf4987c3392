"""What a company may send in a day is bounded, also when its requests race."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random

import pytest

from shared.domain.errors import BalanceTooLow, TooMany
from shared.domain.limits import Limits
from shared.use_cases.sends.stop_deliveries import cancel_send
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline, at_once


def with_limits(pipeline: Pipeline, daily: int, new: int) -> Pipeline:
    make = replace(pipeline.make, limits=Limits(daily, new, 3))
    return replace(pipeline, make=make)


def test_a_new_account_sends_to_fewer_and_later_to_more(pipeline: Pipeline) -> None:
    pipeline = with_limits(pipeline, daily=5, new=3)
    pipeline.send_to(3)
    with pytest.raises(TooMany):
        pipeline.send_to(1)
    pipeline.clock.advance(days=3)
    pipeline.send_to(5)
    with pytest.raises(TooMany) as refused:
        pipeline.send_to(1)
    assert refused.value.retry_after_seconds > 0


def test_a_send_that_is_refused_reserves_nothing_and_a_cancelled_one_does_not_count(pipeline: Pipeline) -> None:
    pipeline = with_limits(pipeline, daily=3, new=3)
    send_id = pipeline.send_to(2)
    held = pipeline.column("SELECT held_ore FROM balances WHERE company_id = %s", pipeline.company_id)
    with pytest.raises(TooMany):
        pipeline.send_to(2)
    assert pipeline.column("SELECT held_ore FROM balances WHERE company_id = %s", pipeline.company_id) == held
    with pipeline.database.transaction() as tx:
        cancel_send(tx, pipeline.company_id, send_id, pipeline.clock.now())
    pipeline.send_to(3)


def test_sends_that_race_for_the_limit_do_not_pass_it_together(pipeline: Pipeline) -> None:
    pipeline = with_limits(pipeline, daily=4, new=4)
    failures = at_once([partial(pipeline.send_to, 2)] * 6)
    assert {type(one) for one in failures} == {TooMany}
    assert len(failures) == 4


@pytest.mark.parametrize("seed", range(4))
def test_any_24_hours_have_what_the_limit_allows_and_no_more(pipeline: Pipeline, seed: int) -> None:
    """Also where the sums of whole days, which are asked first, say nothing of it."""
    chance, daily, done = Random(seed), 12, list[tuple[timedelta, int]]()
    pipeline, age = with_limits(pipeline, daily, daily), timedelta()
    for _ in range(16):
        number = chance.randint(1, 5)
        allowed = sum(sent for at, sent in done if at > age - timedelta(hours=24)) + number <= daily
        try:
            pipeline.send_to(number)
        except TooMany:
            assert not allowed
        else:
            assert allowed
            done.append((age, number))
        hours = chance.choice([0, 1, 5, 11, 25])
        pipeline.clock.advance(hours=hours)
        age += timedelta(hours=hours)


@pytest.mark.parametrize("days", [0, 1, 2, 400])
def test_sends_that_were_not_counted_by_the_day_are_still_within_the_limit(pipeline: Pipeline, days: int) -> None:
    """As the migration left them, or counted by a clock that is ahead."""
    pipeline = with_limits(pipeline, daily=3, new=3)
    pipeline.send_to(2)
    with pipeline.database.transaction() as tx:
        tx.execute(
            "UPDATE balances SET counted_on = %s, recipients_today = 0, recipients_before = 0 WHERE company_id = %s",
            (pipeline.today + timedelta(days=2), pipeline.company_id),
        )
    pipeline.clock.advance(hours=23)
    with pytest.raises(TooMany):
        pipeline.send_to(2)
    pipeline.send_to(1)
    pipeline.clock.advance(hours=1, days=days)
    pipeline.send_to(2)
    with pytest.raises(TooMany):
        pipeline.send_to(2 if days == 0 else 3)


def test_sends_that_race_for_the_last_of_the_balance_hold_it_once(pipeline: Pipeline) -> None:
    member = pipeline.company(balance_ore=2 * (FEE_ORE + VALUE_ORE))
    failures = at_once([partial(pipeline.send_to, 1, member=member)] * 6)
    assert {type(one) for one in failures} == {BalanceTooLow}
    assert len(failures) == 4
    assert pipeline.booked(member.company_id)["reserve"] == 2 * (FEE_ORE + VALUE_ORE)
    assert pipeline.column("SELECT COUNT(*) FROM sends WHERE company_id = %s", member.company_id) == [2]
    assert pipeline.column("SELECT recipients_today FROM balances WHERE company_id = %s", member.company_id) == [2]
