"""What happens to a send while a supplier is being called neither loses its money nor leaves it standing."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pytest

from shared.ports import CouponOrder, CouponState, IssuedCoupon, Sms, SmsOutcome, SmsResult, SupplierUnavailable
from shared.use_cases.gifts.record_redemptions import check_redemptions
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.sends.settle_delivery import Settlement, settle_delivery
from shared.use_cases.sends.stop_deliveries import cancel_send, end_overdue_send
from shared.use_cases.sends.sweep_stuck import sweep_stuck
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline
from tests.factories import FakeIssuer


@dataclass
class BusyLekab:
    """Something happens before it answers."""

    meanwhile: Callable[[], object]
    outcome: SmsOutcome
    at_once: int = 100

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        self.meanwhile()
        return [SmsResult(self.outcome, f"busy-{place}") for place, _ in enumerate(messages)]


@dataclass
class BusyClearOn(FakeIssuer):
    """Something happens before it refuses."""

    meanwhile: Callable[[], object] = list

    def issue(self, orders: Sequence[CouponOrder]) -> list[IssuedCoupon]:
        self.meanwhile()
        refused = [IssuedCoupon(one.reference, CouponState.REJECTED, reason="no") for one in orders]
        self.coupons |= {one.reference: one for one in refused}
        return refused


def cancel(pipeline: Pipeline, send_id: str) -> None:
    with pipeline.database.transaction() as tx:
        cancel_send(tx, pipeline.company_id, send_id, pipeline.clock.now())


def end(pipeline: Pipeline, send_id: str) -> None:
    with pipeline.database.transaction() as tx:
        end_overdue_send(tx, pipeline.company_id, send_id, pipeline.clock.now())


def test_a_coupon_refused_while_its_send_is_cancelled_gives_its_value_back(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(2)
    pipeline.issue(send_id, issuer=BusyClearOn(meanwhile=lambda: cancel(pipeline, send_id)))
    settle_gifts(pipeline.database, pipeline.issuers, pipeline.today)
    assert pipeline.deliveries(send_id) == ["cancelled", "cancelled"]
    assert pipeline.balance().held_ore == 0
    assert pipeline.booked()["release"] == 2 * (FEE_ORE + VALUE_ORE)


@pytest.mark.parametrize("outcome", [SmsOutcome.SENT, SmsOutcome.REFUSED, SmsOutcome.UNKNOWN, SmsOutcome.NOT_TRIED])
def test_a_fee_that_was_released_at_72_hours_is_neither_taken_nor_released_again(
    pipeline: Pipeline, outcome: SmsOutcome
) -> None:
    send_id = pipeline.issued(1)
    pipeline.clock.advance(hours=73)
    with suppress(SupplierUnavailable):  # what was not tried is asked for again
        pipeline.hand_over(send_id, sender=BusyLekab(lambda: end(pipeline, send_id), outcome))
    booked = pipeline.booked()
    assert booked.get("capture_fee", 0) == 0
    assert booked["release"] == FEE_ORE
    assert pipeline.column("SELECT COUNT(*) FROM sms_doubts WHERE send_id = %s", send_id) == [0]
    assert pipeline.deliveries(send_id) in (["sent"], ["failed"], ["unknown"])
    assert pipeline.send_row(send_id, "state") == "done"


def test_what_lekab_did_not_take_ends_with_its_cancelled_send(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(2)
    with pytest.raises(SupplierUnavailable):
        pipeline.hand_over(send_id, sender=BusyLekab(lambda: cancel(pipeline, send_id), SmsOutcome.NOT_TRIED))
    assert pipeline.deliveries(send_id) == ["cancelled", "cancelled"]
    assert pipeline.booked()["release"] == 2 * FEE_ORE


def test_what_a_slow_worker_says_was_not_tried_goes_on_although_it_was_doubted(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(1)

    def believed_dead() -> None:
        pipeline.clock.advance(minutes=5)
        sweep_stuck(pipeline.database, pipeline.number_hash, pipeline.clock.now())
        assert pipeline.deliveries(send_id) == ["unknown"]
        assert pipeline.send_row(send_id, "state") == "done"

    with pytest.raises(SupplierUnavailable):
        pipeline.hand_over(send_id, sender=BusyLekab(believed_dead, SmsOutcome.NOT_TRIED))
    assert (pipeline.deliveries(send_id), pipeline.send_row(send_id, "state")) == (["issued"], "processing")
    pipeline.hand_over(send_id)
    assert (pipeline.deliveries(send_id), pipeline.send_row(send_id, "state")) == (["sent"], "done")


def test_a_gift_redeemed_before_its_sms_goes_again_does_not_hold_up_its_chunk(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(2)
    pipeline.hand_over(send_id, sender=BusyLekab(list, SmsOutcome.UNKNOWN))
    for position in (1, 2):
        with pipeline.database.transaction() as tx:
            settle_delivery(
                tx, "a@upup.example", send_id, position, Settlement.RESEND, f"dlv_{position}", pipeline.clock.now()
            )
    used = pipeline.deliveries(send_id, "coupon_id")[0]
    pipeline.issuer.redeem(used)
    check_redemptions(pipeline.database, pipeline.issuer, [used], pipeline.today)
    pipeline.hand_over(send_id)
    assert pipeline.deliveries(send_id) == ["failed", "sent"]
    assert pipeline.deliveries(send_id, "reason") == ["gift_ended", None]
    assert pipeline.booked()["release"] == FEE_ORE
