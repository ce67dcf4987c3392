"""Receipts that never came are asked for, and what Lekab says then counts as one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.domain.delivery import DeliveryState
from shared.ports import Receipt, SupplierUnavailable
from shared.use_cases.sends.poll_receipts import Poll
from tests.database.pipeline import Pipeline


@dataclass
class FakeReports:
    """Knows the last word on some SMS; raises `trouble` while it is set."""

    last_words: dict[str, DeliveryState] = field(default_factory=dict)
    trouble: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def receipts(self, references: Sequence[str]) -> list[Receipt]:
        if self.trouble:
            raise self.trouble
        self.asked += references
        return [Receipt(one, self.last_words[one]) for one in references if one in self.last_words]


def poll(pipeline: Pipeline, reports: FakeReports, at_once: int = 100) -> int:
    gate = pipeline.gate("lekab")
    keys = (pipeline.tokens, pipeline.number_hash)
    return Poll(pipeline.database, reports, gate, *keys, pipeline.clock, at_once, rounds=1).run()


def test_what_no_receipt_came_of_in_an_hour_is_asked_for_and_ends_as_lekab_says(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(3)
    first, second, third = pipeline.deliveries(send_id, "sms_ref")
    reports = FakeReports({first: DeliveryState.DELIVERED, second: DeliveryState.FAILED})
    assert poll(pipeline, reports) == 0, "a receipt may still come"
    pipeline.clock.advance(hours=1, seconds=1)
    assert poll(pipeline, reports) == 2
    assert reports.asked == [first, second, third]
    assert pipeline.deliveries(send_id) == ["delivered", "failed", "sent"]


def test_nothing_is_asked_again_of_what_has_its_last_word_or_is_over_72_hours_old(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    first, second = pipeline.deliveries(send_id, "sms_ref")
    pipeline.clock.advance(hours=2)
    poll(pipeline, FakeReports({first: DeliveryState.DELIVERED}))
    later = FakeReports()
    poll(pipeline, later)
    assert later.asked == [second]
    pipeline.clock.advance(hours=71)
    too_late = FakeReports()
    poll(pipeline, too_late)
    assert too_late.asked == []


def test_every_sms_gets_its_turn_however_many_never_have_a_last_word(pipeline: Pipeline) -> None:
    references = {one for _ in range(2) for one in pipeline.deliveries(pipeline.sent(3), "sms_ref")}
    pipeline.clock.advance(hours=2)
    silent = FakeReports()
    for _ in range(8):  # two rounds: three runs of two, and one that finds the end
        poll(pipeline, silent, at_once=2)
    assert {one: silent.asked.count(one) for one in silent.asked} == dict.fromkeys(references, 2)


def test_while_lekab_is_away_the_poll_ends_without_error_and_goes_on_there_next_time(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(1)
    pipeline.clock.advance(hours=2)
    (reference,) = pipeline.deliveries(send_id, "sms_ref")
    reports = FakeReports({reference: DeliveryState.DELIVERED}, trouble=SupplierUnavailable("down"))
    assert poll(pipeline, reports) == 0
    assert pipeline.column("SELECT failures FROM suppliers WHERE name = 'lekab'") == [1]
    reports.trouble = None
    assert poll(pipeline, reports) == 1
    assert pipeline.deliveries(send_id) == ["delivered"]
