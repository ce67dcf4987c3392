"""Whatever befalls resends in whatever order: none reaches the phone twice, and each is paid for once or not at all."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shared.domain import ids
from shared.domain.delivery import DeliveryState
from shared.domain.errors import Conflict
from shared.ports import Receipt, Sms, SmsOutcome, SmsResult, SupplierPaused, SupplierUnavailable
from shared.use_cases.sends.sweep_extra_sms import sweep_extra_sms
from tests.database.pipeline import Pipeline, WorkerDied
from tests.database.resends import ask

PRICE_ORE = 50


class Step(StrEnum):
    ASK = "the company asks"
    SENT = "Lekab takes it"
    REFUSED = "Lekab refuses it"
    LOST = "Lekab takes it, and its answer is lost"
    AWAY = "Lekab is away"
    DIES = "the worker dies in its call"
    SWEEP = "the sweep runs"
    MINUTES = "minutes pass"
    DAYS = "days pass"
    FAILED = "receipts say that they failed"
    DELIVERED = "receipts say that they arrived"


UNTAKEN = {Step.REFUSED: SmsOutcome.REFUSED, Step.LOST: SmsOutcome.UNKNOWN, Step.AWAY: SmsOutcome.NOT_TRIED}


@dataclass
class Fates:
    """Lekab, as the step wants it; `took` are the SMS that reached the phone."""

    step: Step = Step.SENT
    at_once: int = 100
    took: list[Sms] = field(default_factory=list)
    references: list[str] = field(default_factory=list)

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        if self.step in (Step.SENT, Step.LOST, Step.DIES):
            self.took += messages
        if self.step is Step.DIES:
            raise WorkerDied
        return [self._result() for _ in messages]

    def _result(self) -> SmsResult:
        if self.step in UNTAKEN:
            return SmsResult(UNTAKEN[self.step])
        self.references.append(ids.new_id("sms"))
        return SmsResult(SmsOutcome.SENT, self.references[-1])


CALLS = (Step.SENT, Step.REFUSED, Step.LOST, Step.AWAY, Step.DIES)
steps = st.lists(st.sampled_from([Step.ASK] * 5 + list(Step) + [Step.SENT]), min_size=5, max_size=20)


def do(pipeline: Pipeline, send_id: str, lekab: Fates, step: Step) -> None:
    lekab.step = step
    if step is Step.ASK:
        known = pipeline.column("SELECT COUNT(*) FROM extra_sms WHERE send_id = %s", send_id)[0]
        try:
            ask(pipeline, send_id)
        except Conflict:
            assert known == 3
    elif step in CALLS:
        with suppress(SupplierPaused, SupplierUnavailable, WorkerDied):
            pipeline.send_extra(send_id, sender=lekab)
    elif step is Step.SWEEP:
        sweep_extra_sms(pipeline.database, pipeline.clock.now())
    elif step in (Step.MINUTES, Step.DAYS):
        pipeline.clock.advance(hours=25 if step is Step.DAYS else 0.06)
    else:
        for reference in lekab.references:
            pipeline.record(Receipt(reference, DeliveryState(step.name.lower())))


def check(pipeline: Pipeline, send_id: str, lekab: Fates) -> None:
    rows = pipeline.rows(
        "SELECT x.state, x.due_at IS NOT NULL, x.sms_ref IS NOT NULL, COALESCE(h.held_ore, 0),"
        " COALESCE(SUM(IF(l.purpose = 'capture_fee', GREATEST(l.amount_ore, 0), 0)), 0),"
        " COALESCE(SUM(IF(l.purpose = 'release', GREATEST(l.amount_ore, 0), 0)), 0)"
        " FROM extra_sms x JOIN ledger_entries l ON l.hold_id = x.hold_id LEFT JOIN holds h ON h.id = x.hold_id"
        " WHERE x.send_id = %s GROUP BY x.id, h.held_ore",
        send_id,
    )
    for state, is_held, has_left, held_ore, captured, released in rows:
        assert held_ore + captured + released == PRICE_ORE, "an öre is lost"
        assert (held_ore == PRICE_ORE) == bool(is_held), f"a {state} one does not know what it holds"
        assert (captured == PRICE_ORE) == bool(has_left), "one that Lekab is known to have taken is paid for, no other"
    assert len(rows) <= 3
    begun = [row for row in rows if row[0] != "accepted"]
    assert len(lekab.took) <= len(begun), "one reached the phone twice"


@given(happening=steps)
@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_none_reaches_the_phone_twice_and_each_is_paid_for_once_or_not_at_all(
    pipeline: Pipeline, happening: list[Step]
) -> None:
    with pipeline.database.transaction() as tx:
        tx.execute("DELETE FROM suppliers")
    send_id, lekab = pipeline.sent(1), Fates()
    for step in happening:
        do(pipeline, send_id, lekab, step)
        check(pipeline, send_id, lekab)
    for _ in range(3):
        do(pipeline, send_id, lekab, Step.SWEEP)
        pipeline.clock.advance(hours=73)
    assert pipeline.column("SELECT COUNT(*) FROM extra_sms WHERE due_at IS NOT NULL") == [0], "a price is held for ever"
    check(pipeline, send_id, lekab)
