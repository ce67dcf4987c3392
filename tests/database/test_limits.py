"""What a company may send in a day is bounded, also when its requests race."""

from dataclasses import replace
from functools import partial

import pytest

from shared.domain.errors import TooMany
from shared.domain.limits import Limits
from shared.use_cases.sends.stop_deliveries import cancel_send
from tests.database.pipeline import Pipeline, at_once


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
