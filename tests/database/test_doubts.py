"""An SMS in doubt is settled by what is known of it, never by sending it again."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.delivery import DeliveryState
from shared.domain.phone_number import parse
from shared.ports import Receipt, Sms, SmsOutcome, SmsResult
from tests.database.pipeline import FEE_ORE, Pipeline
from tests.factories import fictional

SENDER = "Kaffebaren"


def doubt(pipeline: Pipeline, place: int = 0) -> None:
    pipeline.sender.outcomes[parse(fictional(place)).e164] = SmsResult(SmsOutcome.UNKNOWN)


def receipt(pipeline: Pipeline, outcome: DeliveryState, place: int = 0, reference: str = "lekab-1") -> None:
    told = Receipt(reference, outcome, None, parse(fictional(place)), SENDER)
    pipeline.record(told)


@dataclass
class LostAnswer:
    """Lekab sends and its receipts come, but its answers are lost."""

    pipeline: Pipeline
    at_once: int = 100

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        for place, sms in enumerate(messages):
            told = Receipt(f"lost-{place}", DeliveryState.DELIVERED, None, sms.to, sms.sender)
            self.pipeline.record(told)
        return [SmsResult(SmsOutcome.UNKNOWN) for _ in messages]


def test_a_receipt_that_knows_only_the_number_settles_the_doubt_and_captures_its_fee(pipeline: Pipeline) -> None:
    doubt(pipeline)
    send_id = pipeline.sent(2)
    assert pipeline.deliveries(send_id) == ["unknown", "sent"]
    receipt(pipeline, DeliveryState.DELIVERED)
    assert pipeline.deliveries(send_id) == ["delivered", "sent"]
    assert pipeline.booked()["capture_fee"] == 2 * FEE_ORE
    assert pipeline.column("SELECT COUNT(*) FROM sms_doubts") == [0]
    receipt(pipeline, DeliveryState.DELIVERED)
    assert pipeline.booked()["capture_fee"] == 2 * FEE_ORE


def test_a_receipt_that_comes_before_the_doubt_is_written_settles_it_too(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(3)
    pipeline.hand_over(send_id, sender=LostAnswer(pipeline))
    assert pipeline.deliveries(send_id) == ["delivered"] * 3
    assert pipeline.column("SELECT COUNT(*) FROM early_receipts") == [0]


def test_two_doubts_about_one_number_are_left_to_a_person(pipeline: Pipeline) -> None:
    doubt(pipeline)
    first, second = pipeline.sent(1), pipeline.sent(1)
    receipt(pipeline, DeliveryState.DELIVERED)
    assert pipeline.deliveries(first) + pipeline.deliveries(second) == ["unknown"] * 2


def test_a_receipt_of_before_the_doubt_arose_settles_nothing(pipeline: Pipeline) -> None:
    receipt(pipeline, DeliveryState.DELIVERED)
    pipeline.clock.advance(seconds=1)
    doubt(pipeline)
    send_id = pipeline.sent(1)
    assert pipeline.deliveries(send_id) == ["unknown"]


def test_a_receipt_for_another_sender_settles_nothing(pipeline: Pipeline) -> None:
    doubt(pipeline)
    send_id = pipeline.sent(1)
    told = Receipt("lekab-1", DeliveryState.DELIVERED, None, parse(fictional(0)), "Bageriet")
    pipeline.record(told)
    assert pipeline.deliveries(send_id) == ["unknown"]


def test_a_receipt_that_says_failed_settles_the_doubt_and_the_gift_is_voided(pipeline: Pipeline) -> None:
    doubt(pipeline)
    send_id = pipeline.sent(1)
    receipt(pipeline, DeliveryState.FAILED)
    assert pipeline.deliveries(send_id) == ["failed"]
    assert pipeline.coupons(send_id, "unwanted") == [1]
    assert pipeline.booked()["capture_fee"] == FEE_ORE
