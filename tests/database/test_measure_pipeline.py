"""The figures of the pipeline: counted once each, after the commit, by supplier and outcome, and of nobody."""

import json
from datetime import timedelta

import pytest

from shared.database.queries import outbox
from shared.domain.ids import new_id
from shared.domain.phone_number import parse
from shared.metrics import Metric
from shared.observability.context import Trace, begun
from shared.ports import OutcomeUnknown, SmsOutcome, SmsResult, SupplierUnavailable
from shared.use_cases.accounts.stop_account import stop_account
from shared.use_cases.messages.relay_outbox import OLD_ENOUGH, relay_outbox
from shared.use_cases.sends.measure_pipeline import measure_pipeline
from tests.database.pipeline import Pipeline
from tests.database.resends import ask
from tests.database.webhooks import GONE, FakeReceiver, Webhooks
from tests.factories import FakePublisher, fictional

Capture = pytest.CaptureFixture[str]
Figure = tuple[str, ...]


def counted(capsys: Capture) -> dict[Figure, int]:
    """The figures that have been told since the last look, summed by metric and labels."""
    found: dict[Figure, int] = {}
    for line in map(json.loads, capsys.readouterr().out.splitlines()):
        figure = (line["metric"], *(line[name] for name in ("supplier", "kind", "outcome") if name in line))
        found[figure] = found.get(figure, 0) + line["value"]
    return found


def becomes(pipeline: Pipeline, place: int, outcome: SmsOutcome) -> None:
    pipeline.sender.outcomes[parse(fictional(place)).e164] = SmsResult(outcome)


def figures(pipeline: Pipeline) -> dict[str, int]:
    return measure_pipeline(pipeline.database, pipeline.clock.now())


def test_a_send_is_counted_when_it_is_accepted_and_its_chunk_by_what_each_supplier_made_of_it(
    pipeline: Pipeline, capsys: Capture
) -> None:
    becomes(pipeline, 1, SmsOutcome.UNKNOWN)
    becomes(pipeline, 2, SmsOutcome.REFUSED)
    send_id = pipeline.send_to(5)
    assert counted(capsys) == {("recipients_accepted",): 5}
    pipeline.issue(send_id)
    assert counted(capsys) == {("supplier_outcomes", "clearon", "issued"): 5}
    pipeline.hand_over(send_id)
    lekab = ("supplier_outcomes", "lekab")
    assert counted(capsys) == {(*lekab, "sent"): 3, (*lekab, "unknown"): 1, (*lekab, "failed"): 1}


def test_a_chunk_that_comes_twice_is_counted_once(pipeline: Pipeline, capsys: Capture) -> None:
    send_id = pipeline.sent(3)
    counted(capsys)
    pipeline.issue(send_id)
    pipeline.hand_over(send_id)
    assert counted(capsys) == {}


@pytest.mark.parametrize(
    ("trouble", "outcome"), [(OutcomeUnknown("no answer"), "unknown"), (SupplierUnavailable("away"), "not_tried")]
)
def test_coupons_that_were_not_answered_for_are_counted(
    pipeline: Pipeline, capsys: Capture, trouble: Exception, outcome: str
) -> None:
    send_id = pipeline.send_to(3)
    counted(capsys)
    pipeline.issuer.trouble = trouble
    with pytest.raises(type(trouble)):
        pipeline.issue(send_id)
    assert counted(capsys) == {("supplier_outcomes", "clearon", outcome): 3}


def test_coupons_that_the_issuer_refuses_are_counted(pipeline: Pipeline, capsys: Capture) -> None:
    pipeline.issuer.rejects = True
    send_id = pipeline.send_to(2)
    counted(capsys)
    pipeline.issue(send_id)
    assert counted(capsys) == {("supplier_outcomes", "clearon", "failed"): 2}


def test_an_extra_sms_is_counted_by_its_kind(pipeline: Pipeline, capsys: Capture) -> None:
    ask(pipeline, pipeline.sent(1))
    counted(capsys)
    pipeline.run()
    assert counted(capsys) == {("extra_sms", "resend", "sent"): 1}


def test_a_transaction_that_fails_counts_nothing(pipeline: Pipeline, capsys: Capture) -> None:
    with pytest.raises(ZeroDivisionError), pipeline.database.transaction() as tx:
        tx.count(Metric.RECIPIENTS_ACCEPTED, 1)
        raise ZeroDivisionError
    with pipeline.database.transaction() as tx:
        tx.count(Metric.RECIPIENTS_ACCEPTED, 2)
    assert counted(capsys) == {("recipients_accepted",): 2}


def test_webhook_messages_that_are_given_up_are_counted(pipeline: Pipeline, capsys: Capture) -> None:
    webhooks = Webhooks(pipeline, FakeReceiver(GONE))
    webhooks.endpoint("send.done")
    pipeline.sent(1)
    counted(capsys)
    pipeline.published[:] = []
    webhooks.tell(str(pipeline.column("SELECT id FROM webhook_endpoints")[0]))
    assert counted(capsys) == {("webhook_messages_given_up",): 1}


def test_the_age_of_what_waits_is_that_of_the_oldest_send_with_something_under_way(pipeline: Pipeline) -> None:
    pipeline.sent(1)
    assert figures(pipeline)[Metric.OLDEST_WAITING_SECONDS] == 0
    send_id = pipeline.issued(2)
    pipeline.clock.advance(minutes=7)
    pipeline.send_to(1, start_in=timedelta(days=1))
    assert figures(pipeline)[Metric.OLDEST_WAITING_SECONDS] == 7 * 60
    pipeline.hand_over(send_id)
    assert figures(pipeline)[Metric.OLDEST_WAITING_SECONDS] == 0


def test_what_a_stopped_company_holds_back_does_not_age(pipeline: Pipeline) -> None:
    pipeline.issued(1)
    pipeline.clock.advance(minutes=7)
    stop_account(pipeline.database, "staff@upup.example", pipeline.company_id, "Numbers.", pipeline.clock.now())
    assert figures(pipeline)[Metric.OLDEST_WAITING_SECONDS] == 0


def test_doubts_are_counted_until_they_are_settled(pipeline: Pipeline) -> None:
    becomes(pipeline, 0, SmsOutcome.UNKNOWN)
    pipeline.sent(2)
    assert figures(pipeline)[Metric.DOUBTS_OPEN] == 1
    pipeline.rows("DELETE FROM sms_doubts /* all companies: a test */")
    assert figures(pipeline)[Metric.DOUBTS_OPEN] == 0


def test_what_pubsub_has_not_taken_ages_until_the_relay_publishes_it_with_the_trace_of_its_cause(
    pipeline: Pipeline,
) -> None:
    trace = Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", sampled=True)
    pipeline.rows("DELETE FROM outbox")
    with begun("sends", trace), pipeline.database.transaction() as tx:
        outbox.put(tx, "sms-wanted", {"send_id": new_id("snd")}, pipeline.clock.now())
    pipeline.clock.time += OLD_ENOUGH + timedelta(seconds=1)
    assert figures(pipeline)[Metric.OLDEST_UNPUBLISHED_SECONDS] == OLD_ENOUGH.seconds + 1
    publisher = FakePublisher()
    with begun("relay_outbox", Trace("1" * 32, "1" * 16)):
        assert relay_outbox(pipeline.database, publisher, pipeline.clock.now()) == 1
    assert [one.traceparent for one in publisher.taken] == [trace.traceparent]
    assert figures(pipeline)[Metric.OLDEST_UNPUBLISHED_SECONDS] == 0


def test_every_figure_is_told_in_a_line_of_its_own(pipeline: Pipeline, capsys: Capture) -> None:
    found = figures(pipeline)
    assert counted(capsys) == {(name,): value for name, value in found.items()}
    assert set(found) == {"oldest_waiting_seconds", "oldest_unpublished_seconds", "doubts_open"}
