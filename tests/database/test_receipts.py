"""Delivery receipts: in any order, any number of times, and before their delivery is known as sent."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from shared.domain.delivery import DeliveryState
from shared.ports import Receipt, Sms, SmsOutcome, SmsResult
from shared.use_cases.gifts.settle_gifts import settle_gifts
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from tests.database.pipeline import FEE_ORE, VALUE_ORE, Pipeline, at_once

DELIVERED, FAILED = DeliveryState.DELIVERED, DeliveryState.FAILED


def receive(pipeline: Pipeline, sms_ref: str, *outcomes: DeliveryState) -> None:
    for outcome in outcomes:
        reason = "expired" if outcome is FAILED else None
        pipeline.record(Receipt(sms_ref, outcome, reason))


@dataclass
class QuickLekab:
    """Its receipts are with us before its answer is."""

    pipeline: Pipeline
    outcomes: tuple[DeliveryState, ...]
    at_once: int = 100

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        references = [f"quick-{self.pipeline.company_id}-{place}" for place, _ in enumerate(messages)]
        for reference in references:
            receive(self.pipeline, reference, *self.outcomes)
        return [SmsResult(SmsOutcome.SENT, reference) for reference in references]


def test_a_receipt_marks_its_own_delivery_and_no_other(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(3)
    pipeline.clock.advance(seconds=2)
    receive(pipeline, pipeline.deliveries(send_id, "sms_ref")[1], DELIVERED)
    assert pipeline.deliveries(send_id) == ["sent", "delivered", "sent"]
    assert pipeline.deliveries(send_id, "delivered_at") == [None, pipeline.clock.now(), None]


def test_a_receipt_that_says_failed_fails_the_delivery_and_its_gift_is_unwanted(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    receive(pipeline, pipeline.deliveries(send_id, "sms_ref")[0], FAILED)
    assert pipeline.deliveries(send_id) == ["failed", "sent"]
    assert pipeline.deliveries(send_id, "reason") == ["expired", None]
    assert pipeline.coupons(send_id, "unwanted") == [1, 0]
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 1
    assert pipeline.booked()["release"] == VALUE_ORE
    assert pipeline.booked()["capture_fee"] == 2 * FEE_ORE  # Lekab took it, so it is paid for


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([DELIVERED, DELIVERED, DELIVERED], "delivered"),
        ([FAILED, FAILED], "failed"),
        ([DELIVERED, FAILED], "delivered"),
        ([FAILED, DELIVERED], "delivered"),
        ([FAILED, DELIVERED, FAILED], "delivered"),
    ],
)
def test_receipts_twice_and_out_of_order_end_in_the_same_state(
    pipeline: Pipeline, outcomes: list[DeliveryState], state: str
) -> None:
    send_id = pipeline.sent(1)
    receive(pipeline, pipeline.deliveries(send_id, "sms_ref")[0], *outcomes)
    assert pipeline.deliveries(send_id) == [state]


def test_a_gift_that_arrived_after_all_is_not_taken_back(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    receive(pipeline, pipeline.deliveries(send_id, "sms_ref")[0], FAILED, DELIVERED)
    assert pipeline.deliveries(send_id, "reason") == [None]
    assert pipeline.coupons(send_id, "unwanted") == [0]
    assert settle_gifts(pipeline.database, pipeline.issuers, pipeline.today) == 0


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ((DELIVERED,), "delivered"),
        ((FAILED,), "failed"),
        ((FAILED, DELIVERED), "delivered"),
        ((DELIVERED, FAILED), "delivered"),
    ],
)
def test_receipts_that_come_before_lekabs_answer_are_applied_when_it_is_written(
    pipeline: Pipeline, outcomes: tuple[DeliveryState, ...], state: str
) -> None:
    send_id = pipeline.issued(3)
    pipeline.hand_over(send_id, sender=QuickLekab(pipeline, outcomes))
    assert pipeline.deliveries(send_id) == [state] * 3
    assert pipeline.column("SELECT COUNT(*) FROM early_receipts") == [0]


def test_a_receipt_for_an_sms_that_is_not_ours_moves_nothing_and_is_forgotten_in_time(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    receive(pipeline, "aldrig-sett", FAILED)
    assert pipeline.deliveries(send_id) == ["sent"]
    assert pipeline.column("SELECT sms_ref FROM early_receipts") == ["aldrig-sett"]


def test_the_same_receipt_at_once_on_many_workers_is_one_receipt(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    (sms_ref,) = pipeline.deliveries(send_id, "sms_ref")
    assert at_once([lambda: receive(pipeline, sms_ref, DELIVERED)] * 8) == []
    assert pipeline.deliveries(send_id) == ["delivered"]
    assert pipeline.column("SELECT COUNT(*) FROM early_receipts") == [0]


def test_a_receipt_after_encryption_still_tells_what_became_of_the_sms(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    (sms_ref,) = pipeline.deliveries(send_id, "sms_ref")
    pipeline.clock.advance(days=30)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    receive(pipeline, sms_ref, FAILED)
    assert pipeline.deliveries(send_id) == ["failed"]
    assert pipeline.column("SELECT unwanted FROM coupons") == [0]  # nothing leads to the coupon any more
