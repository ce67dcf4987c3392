"""What an owner decides: the agreement that holds, and how long recipients' data is kept."""

from datetime import date, timedelta

import pytest

from shared.domain.consent import Dpa
from shared.domain.errors import Forbidden, NotAcceptable
from shared.use_cases.accounts.accept_terms import accept_terms, choose_retention
from shared.use_cases.sends.prepare_send import check_may_send
from tests.database.pipeline import Pipeline

DPAS = (Dpa("2026-11", date(2026, 11, 1)), Dpa("2027-03", date(2027, 3, 1)))


def accept(pipeline: Pipeline, version: str) -> None:
    with pipeline.database.transaction() as tx:
        accept_terms(tx, pipeline.member, version, pipeline.clock.now(), DPAS)


def may_send(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        check_may_send(tx, pipeline.company_id, pipeline.today, DPAS)


def retention(pipeline: Pipeline, encrypt: int | None, erase: int | None) -> None:
    with pipeline.database.transaction() as tx:
        choose_retention(tx, pipeline.company_id, encrypt, erase, pipeline.clock.now())


def test_it_is_kept_who_accepted_which_agreement_and_when_the_first_time_only(pipeline: Pipeline) -> None:
    pipeline.clock.time = pipeline.clock.time.replace(year=2027, month=3, day=5)
    first = pipeline.clock.now()
    accept(pipeline, "2027-03")
    pipeline.clock.advance(days=1)
    accept(pipeline, "2027-03")
    assert pipeline.rows(
        "SELECT version, accepted_by, accepted_at FROM dpa_acceptances WHERE company_id = %s", pipeline.company_id
    ) == [("2027-03", pipeline.member.member_id, first)]
    assert pipeline.rows("SELECT dpa_version, dpa_accepted_at FROM companies WHERE id = %s", pipeline.company_id) == [
        ("2027-03", first)
    ]


def test_an_agreement_that_was_replaced_cannot_be_accepted(pipeline: Pipeline) -> None:
    pipeline.clock.time = pipeline.clock.time.replace(year=2027, month=3, day=5)
    with pytest.raises(NotAcceptable):
        accept(pipeline, "2026-11")


def test_a_company_that_has_not_accepted_the_new_agreement_in_time_sends_again_once_it_has(pipeline: Pipeline) -> None:
    pipeline.clock.time = pipeline.clock.time.replace(year=2027, month=3, day=31)
    may_send(pipeline)
    pipeline.clock.advance(days=1)
    with pytest.raises(Forbidden, match="2027-03"):
        may_send(pipeline)
    accept(pipeline, "2027-03")
    may_send(pipeline)


def test_a_shorter_time_counts_for_earlier_sends_too_and_a_longer_one_does_not(pipeline: Pipeline) -> None:
    send_id, uploaded = pipeline.sent(1), pipeline.clock.now()

    def ends() -> tuple[timedelta, timedelta]:
        return (
            pipeline.send_row(send_id, "encrypt_at") - uploaded,
            pipeline.send_row(send_id, "erase_at") - uploaded,
        )

    assert ends() == (timedelta(days=30), timedelta(days=365))
    retention(pipeline, 10, None)
    assert ends() == (timedelta(days=10), timedelta(days=365))
    retention(pipeline, 20, 100)
    assert ends() == (timedelta(days=10), timedelta(days=100))
    later = pipeline.sent(1)
    assert pipeline.send_row(later, "encrypt_at") - uploaded == timedelta(days=20)


def test_a_shorter_time_makes_nothing_overdue_and_encrypts_nothing_that_is_on_its_way(pipeline: Pipeline) -> None:
    old = pipeline.sent(1)
    scheduled, uploaded = pipeline.send_to(1, start_in=timedelta(days=14)), pipeline.clock.now()
    pipeline.clock.advance(days=10)
    retention(pipeline, 4, None)
    assert pipeline.send_row(old, "encrypt_at") - pipeline.clock.now() == timedelta(hours=1, minutes=15)
    assert pipeline.send_row(scheduled, "encrypt_at") - uploaded == timedelta(days=17)
