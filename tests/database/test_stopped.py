"""A stopped company: nothing of it leaves, what waits goes on afterwards, and what it owes to people still works."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from shared.database.queries import abuse_reports, standing
from shared.domain.errors import Conflict, Forbidden, NotFound
from shared.domain.limits import Limits
from shared.domain.misuse import REPORTS_THAT_STOP, Reason
from shared.ports import Sms, SmsResult
from shared.use_cases.accounts.stop_account import lift_limits, resume_account, stop_account
from shared.use_cases.gifts.report_abuse import report_abuse
from shared.use_cases.privacy.erase_expired import erase_expired
from shared.use_cases.sends.start_due_sends import start_due_sends
from shared.use_cases.sends.stop_deliveries import cancel_send
from shared.use_cases.sends.sweep_stuck import sweep_stuck
from tests.database.pipeline import Pipeline
from tests.factories import FakeSmsSender

STAFF = "staff@upup.example"
WHY = "Numbers were bought."


def stop(pipeline: Pipeline) -> None:
    stop_account(pipeline.database, STAFF, pipeline.company_id, WHY, pipeline.clock.now())


def resume(pipeline: Pipeline) -> None:
    resume_account(pipeline.database, STAFF, pipeline.company_id, "They showed consent.", pipeline.clock.now())


def sweep(pipeline: Pipeline) -> None:
    pipeline.clock.advance(seconds=1)
    sweep_stuck(pipeline.database, pipeline.number_hash, pipeline.clock.now())
    pipeline.run()


@dataclass
class StoppingSender:
    """Staff stop the company while its first call is under way."""

    pipeline: Pipeline
    inner: FakeSmsSender = field(default_factory=FakeSmsSender)
    at_once: int = 2

    def send(self, messages: Sequence[Sms]) -> list[SmsResult]:
        if not self.inner.sent:
            stop(self.pipeline)
        return self.inner.send(messages)


def test_after_a_stop_in_the_middle_of_a_hand_over_nothing_more_leaves_until_it_is_resumed(pipeline: Pipeline) -> None:
    send_id = pipeline.issued(7)
    sender = StoppingSender(pipeline)
    pipeline.hand_over(send_id, sender=sender)
    assert len(sender.inner.sent) == 2, "the call that was under way"
    assert pipeline.deliveries(send_id) == ["sent"] * 2 + ["issued"] * 5
    assert pipeline.deliveries(send_id, "claimed_by")[2:] == [None] * 5
    for _ in range(3):
        pipeline.clock.advance(minutes=5)
        sweep(pipeline)
    assert pipeline.sender.sent == []
    resume(pipeline)
    sweep(pipeline)
    assert len(pipeline.sender.sent) == 5
    assert pipeline.deliveries(send_id) == ["sent"] * 7
    assert pipeline.send_row(send_id, "state") == "done"


def test_a_stopped_company_asks_for_no_coupons_and_gets_them_afterwards(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(3)
    stop(pipeline)
    pipeline.run()
    assert pipeline.issuer.coupons == {}
    assert pipeline.deliveries(send_id) == ["accepted"] * 3
    resume(pipeline)
    sweep(pipeline)
    assert pipeline.deliveries(send_id) == ["sent"] * 3


def test_a_scheduled_send_waits_for_the_end_of_the_stop(pipeline: Pipeline) -> None:
    send_id = pipeline.send_to(2, start_in=timedelta(hours=1))
    stop(pipeline)
    pipeline.clock.advance(hours=2)
    assert start_due_sends(pipeline.database, pipeline.clock.now()) == 0
    assert pipeline.send_row(send_id, "state") == "scheduled"
    resume(pipeline)
    assert start_due_sends(pipeline.database, pipeline.clock.now()) == 1
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent"] * 2


def test_a_stopped_company_may_cancel_and_gets_back_what_was_held(pipeline: Pipeline) -> None:
    before = pipeline.balance().available_ore
    send_id = pipeline.send_to(3)
    stop(pipeline)
    with pipeline.database.transaction() as tx:
        cancel_send(tx, pipeline.company_id, send_id, pipeline.clock.now())
    assert pipeline.balance().available_ore == before
    resume(pipeline)
    pipeline.run()
    sweep(pipeline)
    assert pipeline.sender.sent == []


def test_after_72_hours_of_a_stop_what_waited_is_given_up_and_released(pipeline: Pipeline) -> None:
    before = pipeline.balance().available_ore
    send_id = pipeline.send_to(2)
    stop(pipeline)
    pipeline.clock.advance(hours=73)
    erase_expired(pipeline.database, pipeline.clock.now())
    assert pipeline.deliveries(send_id) == ["failed"] * 2
    assert pipeline.send_row(send_id, "sealed_text") is None
    assert pipeline.balance().available_ore == before


def test_a_stopped_company_is_told_why_and_other_companies_go_on(pipeline: Pipeline) -> None:
    stop(pipeline)
    with pytest.raises(Forbidden) as refused:
        pipeline.send_to(1)
    assert WHY in refused.value.detail
    send_id = pipeline.send_to(1, member=pipeline.company())
    pipeline.run()
    assert pipeline.deliveries(send_id) == ["sent"]


def test_stopping_and_resuming_are_noted_with_who_and_why(pipeline: Pipeline) -> None:
    stop(pipeline)
    with pytest.raises(Conflict):
        stop(pipeline)
    resume(pipeline)
    with pytest.raises(Conflict):
        resume(pipeline)
    with pytest.raises(NotFound):
        stop_account(pipeline.database, STAFF, "acc_nobody", WHY, pipeline.clock.now())
    with pipeline.database.transaction() as tx:
        decided = standing.decisions(tx, pipeline.company_id, 10)
    assert [(one.staff, one.decision, one.reason) for one in decided] == [
        (STAFF, "resume", "They showed consent."),
        (STAFF, "stop", WHY),
    ]
    actions = pipeline.column("SELECT action FROM staff_log WHERE subject = %s ORDER BY id", pipeline.company_id)
    assert actions == ["account.stop", "account.resume"]


def test_staff_lift_what_is_new_and_give_a_company_its_own_limit(pipeline: Pipeline) -> None:
    pipeline = replace(pipeline, make=replace(pipeline.make, limits=Limits(5, 2, 3)))
    pipeline.send_to(2)
    with pytest.raises(Exception, match="At most 2"):
        pipeline.send_to(1)
    lift_limits(pipeline.database, STAFF, pipeline.company_id, "Known.", None, pipeline.clock.now())
    pipeline.send_to(3)
    with pytest.raises(Exception, match="At most 5"):
        pipeline.send_to(1)
    lift_limits(pipeline.database, STAFF, pipeline.company_id, "Known.", 8, pipeline.clock.now())
    pipeline.send_to(3)
    with pytest.raises(Exception, match="At most 8"):
        pipeline.send_to(1)


def tokens(pipeline: Pipeline, number: int) -> list[str]:
    pipeline.sent(number)
    return [pipeline.token_of(sms) for sms in pipeline.sender.sent[-number:]]


def report(pipeline: Pipeline, token: str, reason: Reason = Reason.NOT_ASKED) -> None:
    report_abuse(pipeline.database, pipeline.tokens, token, reason, pipeline.clock.now())


def is_stopped(pipeline: Pipeline) -> bool:
    with pipeline.database.transaction() as tx:
        return standing.is_stopped(tx, pipeline.company_id)


def test_reports_from_enough_links_stop_a_company_until_staff_have_looked(pipeline: Pipeline) -> None:
    links = tokens(pipeline, REPORTS_THAT_STOP + 1)
    for token in links[: REPORTS_THAT_STOP - 1]:
        report(pipeline, token)
        report(pipeline, token, Reason.FRAUD)
    assert not is_stopped(pipeline), "one link counts once"
    report(pipeline, links[-2])
    assert is_stopped(pipeline)
    with pipeline.database.transaction() as tx:
        assert standing.get(tx, pipeline.company_id).stopped_by == "reports"
    resume(pipeline)
    report(pipeline, links[-1])
    assert not is_stopped(pipeline), "those before were looked at"


def test_reports_of_earlier_days_do_not_stop_and_few_of_very_many_do_not_either(pipeline: Pipeline) -> None:
    links = tokens(pipeline, REPORTS_THAT_STOP + 1)
    for token in links[:5]:
        report(pipeline, token)
    pipeline.clock.advance(days=2)
    for token in links[5:10]:
        report(pipeline, token)
    assert not is_stopped(pipeline), "five are too old"
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE sends SET accepted = 2001 WHERE company_id = %s", (pipeline.company_id,))
        tx.execute("UPDATE abuse_reports SET day = %s", (pipeline.clock.now(),))
    report(pipeline, links[10])
    assert is_stopped(pipeline), "eleven of 2,001 are over a half per cent"


def test_a_report_keeps_company_day_and_reason_and_nothing_of_whose_it_is(pipeline: Pipeline) -> None:
    (token,) = tokens(pipeline, 1)
    report(pipeline, token, Reason.FRAUD)
    ((link, company_id, day, reason, _),) = pipeline.rows(
        "SELECT link_hmac, company_id, day, reason, seen FROM abuse_reports WHERE company_id = %s", pipeline.company_id
    )
    midnight = pipeline.clock.now().replace(hour=0, minute=0, tzinfo=None)
    assert (company_id, day.replace(tzinfo=None), reason) == (pipeline.company_id, midnight, "fraud")
    kept = {value for row in pipeline.rows("SELECT token_hmac FROM gift_links") for value in row}
    assert link not in kept and len(link) == 32
    with pytest.raises(NotFound):
        report(pipeline, "x" * 24)
    with pipeline.database.transaction() as tx:
        shown = abuse_reports.of_company(tx, pipeline.company_id)
    assert shown and (shown.fraud, shown.not_asked, shown.unseen) == (1, 0, 1)
