"""A deposit that is asked for with an Idempotency-Key can be asked for again, whatever happened to the first."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from shared.domain.errors import Unavailable
from shared.domain.retention import IDEMPOTENT_LIFE
from shared.http.idempotency import Once
from shared.ports import SupplierUnavailable
from shared.use_cases.billing.top_up import top_up
from tests.database.moving_stripe import MovingStripe
from tests.database.pipeline import Pipeline, at_once

BODY = b"b" * 32


@dataclass
class FakePayments(MovingStripe):
    """Gives each top-up one Checkout; refuses everything while it is away."""

    away: bool = False
    topped_up: set[str] = field(default_factory=set)

    def top_up(self, top_up_id: str, customer: str, amount_ore: int) -> str:
        if self.away:
            raise SupplierUnavailable("away")
        self.topped_up.add(top_up_id)
        return f"https://checkout.example/{top_up_id}"


@pytest.fixture
def payments(pipeline: Pipeline) -> FakePayments:
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE companies SET stripe_customer = %s WHERE id = %s", (pipeline.company_id,) * 2)
    return FakePayments()


def ask(pipeline: Pipeline, payments: FakePayments) -> str:
    """As the function does it, but for the answer that is kept at the end."""
    now = pipeline.clock.now()
    key = pipeline.tokens.digest("idempotency-key", f"{pipeline.company_id}|top-ups|1")
    once = Once(pipeline.company_id, "top-ups", key, BODY, now)
    with pipeline.database.transaction() as tx:
        assert once.earlier(tx) is None
        top_up_id = once.make_id(tx, "top")
    return top_up(pipeline.database, payments, top_up_id, pipeline.company_id, 10_000, now)


def top_ups(pipeline: Pipeline) -> int:
    return int(pipeline.column("SELECT COUNT(*) FROM top_ups WHERE company_id = %s", pipeline.company_id)[0])


def test_a_top_up_that_stripe_could_not_begin_begins_when_it_is_asked_for_again(
    pipeline: Pipeline, payments: FakePayments
) -> None:
    payments.away = True
    with pytest.raises(Unavailable):
        ask(pipeline, payments)
    payments.away = False
    pipeline.clock.advance(seconds=30)
    assert ask(pipeline, payments).startswith("https://checkout.example/top_")
    assert top_ups(pipeline) == 1


def test_a_key_that_is_asked_with_many_times_at_once_is_one_top_up(pipeline: Pipeline, payments: FakePayments) -> None:
    assert at_once([lambda: ask(pipeline, payments)] * 6) == []
    assert len(payments.topped_up) == top_ups(pipeline) == 1


def test_a_key_whose_time_is_over_is_a_new_top_up(pipeline: Pipeline, payments: FakePayments) -> None:
    first = ask(pipeline, payments)
    pipeline.clock.time += IDEMPOTENT_LIFE
    assert ask(pipeline, payments) == first
    pipeline.clock.time += timedelta(seconds=1)
    assert ask(pipeline, payments) != first
    assert top_ups(pipeline) == 2
