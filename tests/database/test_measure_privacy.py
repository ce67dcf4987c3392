"""The figures for the alerts say what is in clear, late and open, and hold nothing of anybody."""

import json
from datetime import date, timedelta

import pytest

from shared.database.queries import access_grants, agreements, breaches, disclosures
from shared.database.queries.access_grants import Grant
from shared.database.queries.breaches import Breach, Entry
from shared.database.queries.disclosures import Disclosure
from shared.domain import retention
from shared.domain.agreement import Step
from shared.domain.breach import BreachState
from shared.metrics import Metric
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.privacy.measure_privacy import measure_privacy
from shared.use_cases.privacy.register_breach import add_to_breach, order_telling, register_breach
from tests.database.pipeline import Pipeline
from tests.factories import NOON

LIMIT = timedelta(days=30)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
STAFF = "anna@upup.example"
MUST_BE_0 = (
    Metric.ROWS_IN_CLEAR_OVER_LIMIT,
    Metric.ROWS_IN_CLEAR_AFTER_ENCRYPTION,
    Metric.TEXTS_OVER_72_HOURS,
    Metric.SENDS_OVER_ERASE_LIMIT,
    Metric.BREACHES_OVER_72_HOURS,
    Metric.PRIVACY_REQUESTS_OVERDUE,
)

TOLD_WHERE_IT_HAPPENS = (
    Metric.NOTICES_REFUSED,
    Metric.DEAD_LETTERS_KEPT,
    Metric.ABUSE_REPORTS,
    Metric.COMPANIES_STOPPED_BY_REPORTS,
    Metric.SENDERS_ASKED,
    Metric.LINK_DOMAINS_ASKED,
    Metric.POOLS_LOW_ON_CODES,
    Metric.STRIPE_DIFFERENCES,
    Metric.DECRYPTS_UNACCOUNTED,
    Metric.RECIPIENTS_ACCEPTED,
    Metric.SUPPLIER_OUTCOMES,
    Metric.EXTRA_SMS,
    Metric.OLDEST_WAITING_SECONDS,
    Metric.OLDEST_UNPUBLISHED_SECONDS,
    Metric.DOUBTS_OPEN,
    Metric.LEDGER_DIFFERENCES,
    Metric.WEBHOOK_MESSAGES_GIVEN_UP,
)


@pytest.fixture(autouse=True)
def nothing_open(pipeline: Pipeline) -> None:
    with pipeline.database.transaction() as tx:
        tx.execute("SET @erase_until = '9999-01-01'")
        for table in (
            "breach_notices",
            "breach_companies",
            "breach_entries",
            "breaches",
            "access_grants",
            "disclosures",
            "agreement_endings",
            "privacy_requests",
        ):
            tx.execute(f"DELETE FROM {table}")
        tx.execute("SET @erase_until = NULL")


def figures(pipeline: Pipeline, *staff_emails: str) -> dict[str, int]:
    return measure_privacy(pipeline.database, staff_emails, "production", pipeline.clock.now())


def figure(pipeline: Pipeline, metric: Metric) -> int:
    return figures(pipeline)[metric.value]


def test_without_anything_all_is_0_and_no_limit_is_near(pipeline: Pipeline) -> None:
    assert set(figures(pipeline).values()) == {0}
    assert Metric.NEAREST_LIMIT_SECONDS.value not in figures(pipeline)


def test_every_figure_is_told_in_a_line_of_its_own(pipeline: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    pipeline.sent(2)
    capsys.readouterr()
    found = figures(pipeline)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["metric"]: line["value"] for line in lines} == found
    assert len(lines) == len(found)
    assert set(found) == {one.value for one in Metric if one not in TOLD_WHERE_IT_HAPPENS}


def test_rows_in_clear_are_counted_with_their_age_and_the_time_that_is_left(pipeline: Pipeline) -> None:
    pipeline.sent(2)
    pipeline.clock.advance(days=10)
    pipeline.sent(3)
    pipeline.clock.advance(days=19)
    found = figures(pipeline)
    assert found["rows_in_clear"] == 5
    assert found["oldest_row_in_clear_seconds"] == 29 * 86_400
    assert found["nearest_limit_seconds"] == 86_400
    assert found["rows_in_clear_over_limit"] == 0


def test_rows_over_their_limit_are_seen_until_they_are_encrypted(pipeline: Pipeline) -> None:
    pipeline.sent(2)
    pipeline.clock.time += LIMIT + SECOND
    found = figures(pipeline)
    assert (found["rows_in_clear_over_limit"], found["nearest_limit_seconds"]) == (2, -1)
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    found = figures(pipeline)
    assert (found["rows_in_clear_over_limit"], found["rows_in_clear"], found["oldest_row_in_clear_seconds"]) == (
        0,
        0,
        0,
    )


def test_a_row_in_clear_in_a_send_that_is_noted_as_encrypted_is_seen_for_31_days(pipeline: Pipeline) -> None:
    send_id = pipeline.sent(2)
    pipeline.clock.time += LIMIT
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
    assert figure(pipeline, Metric.ROWS_IN_CLEAR_AFTER_ENCRYPTION) == 0
    with pipeline.database.transaction() as tx:
        tx.execute("UPDATE deliveries SET phone = '+46701740605' WHERE send_id = %s AND position = 2", (send_id,))
    pipeline.clock.time += 31 * DAY
    assert figure(pipeline, Metric.ROWS_IN_CLEAR_AFTER_ENCRYPTION) == 1
    assert figure(pipeline, Metric.ROWS_IN_CLEAR_OVER_LIMIT) == 0


def test_a_text_that_outlived_its_72_hours_is_seen(pipeline: Pipeline) -> None:
    pipeline.send_to(2)
    pipeline.clock.time += retention.MESSAGE_LIFE
    assert figure(pipeline, Metric.TEXTS_OVER_72_HOURS) == 0
    pipeline.clock.time += SECOND
    assert figure(pipeline, Metric.TEXTS_OVER_72_HOURS) == 1


def test_a_send_that_should_have_been_deleted_by_a_run_is_seen(pipeline: Pipeline) -> None:
    pipeline.sent(1)
    pipeline.clock.time += timedelta(days=365) + retention.ERASE_EVERY + retention.RUN_MAY_BE_LATE
    assert figure(pipeline, Metric.SENDS_OVER_ERASE_LIMIT) == 0
    pipeline.clock.time += SECOND
    assert figure(pipeline, Metric.SENDS_OVER_ERASE_LIMIT) == 1


def test_disclosures_are_counted_while_they_wait_and_while_they_are_open(pipeline: Pipeline) -> None:
    asked = Disclosure("dis_1", pipeline.company_id, "snd_1", "a reason", STAFF, NOON)
    approved = Disclosure("dis_2", pipeline.company_id, "snd_1", "a reason", STAFF, NOON, "k@x", NOON, NOON + HOUR)
    with pipeline.database.transaction() as tx:
        for one in (asked, approved):
            disclosures.add(tx, one)
    found = figures(pipeline)
    assert (found["disclosures_asked"], found["disclosures_open"]) == (1, 1)
    pipeline.clock.time += HOUR
    assert figure(pipeline, Metric.DISCLOSURES_OPEN) == 0
    pipeline.clock.time += 7 * DAY
    assert figure(pipeline, Metric.DISCLOSURES_ASKED) == 0


def test_what_is_left_of_ended_agreements_is_counted_and_what_fails_of_it(pipeline: Pipeline) -> None:
    company_id, now = pipeline.company_id, pipeline.clock.now()
    with pipeline.database.transaction() as tx:
        agreements.begin_end(tx, company_id, now)
        agreements.step_failed(tx, company_id, Step.PAY_BACK, "SupplierUnavailable", now)
    found = figures(pipeline)
    assert (found["endings_open"], found["ending_steps_failing"]) == (1, 1)
    with pipeline.database.transaction() as tx:
        for step in Step:
            agreements.step_done(tx, company_id, step, now)
    found = figures(pipeline)
    assert (found["endings_open"], found["ending_steps_failing"]) == (0, 0)


@pytest.mark.parametrize("state", [BreachState.REPORTED, BreachState.CLOSED])
def test_a_breach_that_was_not_reported_in_72_hours_is_seen_until_it_is_seen_to(
    pipeline: Pipeline, state: BreachState
) -> None:
    breach = Breach("", NOON, NOON, "x", "x", True, STAFF, NOON)
    breach_id = register_breach(pipeline.database, breach, "x", [])
    pipeline.clock.time += 72 * HOUR
    assert figure(pipeline, Metric.BREACHES_OVER_72_HOURS) == 0
    pipeline.clock.time += SECOND
    assert figure(pipeline, Metric.BREACHES_OVER_72_HOURS) == 1
    add_to_breach(pipeline.database, Entry(breach_id, pipeline.clock.now(), STAFF, state))
    assert figure(pipeline, Metric.BREACHES_OVER_72_HOURS) == 0


def test_owners_who_are_still_to_be_told_of_a_breach_are_counted(pipeline: Pipeline) -> None:
    breach = Breach("", NOON, NOON, "x", "x", False, STAFF, NOON)
    breach_id = register_breach(pipeline.database, breach, "x", [pipeline.company_id])
    order_telling(pipeline.database, Entry(breach_id, NOON, STAFF, message="x"))
    assert figure(pipeline, Metric.BREACH_NOTICES_TO_SEND) == 1
    with pipeline.database.transaction() as tx:
        (notice,) = breaches.to_tell(tx, NOON, (0, ""), 10)
        breaches.notice_told(tx, notice, NOON)
    assert figure(pipeline, Metric.BREACH_NOTICES_TO_SEND) == 0


def test_access_that_was_to_end_and_is_still_there_is_counted(pipeline: Pipeline) -> None:
    day = date(2026, 11, 23)
    facts = ("Karin", "k@x", "UpUp", "production", "logs", "reads", day, day, STAFF, NOON)
    with pipeline.database.transaction() as tx:
        access_grants.add(tx, Grant("grt_1", *facts))
    assert figure(pipeline, Metric.ACCESS_PAST_ITS_END) == 0
    pipeline.clock.time += DAY
    assert figure(pipeline, Metric.ACCESS_PAST_ITS_END) == 1
    with pipeline.database.transaction() as tx:
        access_grants.end(tx, "grt_1", STAFF, pipeline.clock.now())
    assert figure(pipeline, Metric.ACCESS_PAST_ITS_END) == 0


def test_staff_whom_the_access_register_does_not_know_here_and_now_are_counted(pipeline: Pipeline) -> None:
    day = NOON.date()
    rows = [
        ("grt_1", "Anna@UpUp.example", "production", day, None),
        ("grt_2", "bo@upup.example", "stage", day, None),
        ("grt_3", "ci@upup.example", "production", day + DAY, None),
        ("grt_4", "di@upup.example", "production", day, NOON),
    ]
    with pipeline.database.transaction() as tx:
        for grant_id, email, environment, since, ended in rows:
            facts = ("X", email, "UpUp", environment, "portal", "reads", since, None, STAFF, NOON)
            access_grants.add(tx, Grant(grant_id, *facts, STAFF if ended else None, ended))
    one = Metric.STAFF_WITHOUT_GRANT.value
    assert figures(pipeline, "anna@upup.example")[one] == 0
    assert figures(pipeline, "anna@upup.example", "bo@upup.example", "BO@upup.example")[one] == 1
    assert figures(pipeline, *(email for _, email, *_ in rows), "nobody@upup.example")[one] == 4


def test_what_must_be_0_is_0_through_a_sends_whole_life(pipeline: Pipeline) -> None:
    pipeline.sent(3)
    for _ in range(31):
        pipeline.clock.advance(days=1)
        encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)
        found = figures(pipeline)
        assert {name: found[name.value] for name in MUST_BE_0} == dict.fromkeys(MUST_BE_0, 0)


def test_no_line_holds_a_number_an_address_or_an_id(pipeline: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    pipeline.sent(2)
    figures(pipeline)
    told = capsys.readouterr().out
    assert "7017406" not in told and "@" not in told and "_" + pipeline.company_id[4:] not in told
