"""What waits for staff is counted while it waits, and no longer."""

from datetime import timedelta
from typing import cast

import pytest

from shared.database.queries import access_grants, agreements, disclosures, reconciliation, standing
from shared.database.queries.access_grants import Review
from shared.database.queries.breaches import Breach, Entry
from shared.database.queries.disclosures import Disclosure
from shared.database.queries.reconciliation import Difference
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.domain.agreement import Because, Step
from shared.domain.breach import BreachState
from shared.http.answers.inbox import REVIEW_EVERY, staffs_inbox
from shared.use_cases.accounts.ask_for_senders import ask_for_domain, decide_domain
from shared.use_cases.accounts.stop_account import resume_account
from shared.use_cases.messages.keep_dead_letter import keep_dead_letter
from shared.use_cases.messages.replay_dead_letters import replay_dead_letters
from shared.use_cases.privacy import disclose_send
from shared.use_cases.privacy.grant_access import end_access, review_access
from shared.use_cases.privacy.register_breach import add_to_breach, register_breach
from tests.database.for_staff import ANNA, SENT, a_grant, in_doubt, letter, settle
from tests.database.pipeline import Pipeline

KARIN = "karin@upup.example"


@pytest.fixture(autouse=True)
def no_review(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        tx.execute("DELETE FROM access_reviews")


class Change:
    """By how much each count has changed since this was made."""

    def __init__(self, pipeline: Pipeline, staff: str = ANNA) -> None:
        self._pipeline, self._staff = pipeline, staff
        self._before = self._now()

    def _now(self) -> dict[str, int]:
        waiting = staffs_inbox(self._pipeline.database, self._staff, self._pipeline.clock.now())["waiting"]
        return cast("dict[str, int]", waiting)

    def __call__(self) -> dict[str, int]:
        found = {name: value - self._before[name] for name, value in self._now().items()}
        return {name: value for name, value in found.items() if value}


def test_messages_doubts_and_questions_are_counted_until_they_are_seen_to(pipeline: Pipeline) -> None:
    database, now = pipeline.database, pipeline.clock.now()
    change = Change(pipeline)
    keep_dead_letter(database, letter())
    send_id = in_doubt(pipeline)
    domain = ask_for_domain(database, pipeline.company_id, "kaffebaren.example", now)
    with database.transaction() as tx:
        standing.stop(tx, pipeline.company_id, "reports", "3 reports", now)
    assert change() == {"dead_letters": 1, "deliveries": 1, "link_domains": 1, "stopped_by_reports": 1}
    replay_dead_letters(database, ANNA, now + timedelta(hours=1))
    settle(pipeline, send_id, SENT)
    decide_domain(database, ANNA, domain.id, None, now)
    resume_account(database, ANNA, pipeline.company_id, "Looked at", now)
    assert change() == {}


def test_a_disclosure_waits_for_everybody_but_who_asked_for_it(pipeline: Pipeline) -> None:
    anna, karin = Change(pipeline), Change(pipeline, KARIN)
    asked = Disclosure(ids.new_id("dis"), pipeline.company_id, "snd_1", "Case 17", ANNA, pipeline.clock.now())
    with pipeline.database.transaction() as tx:
        disclosures.add(tx, asked)
    assert (anna(), karin()) == ({}, {"disclosures": 1})
    disclose_send.approve(pipeline.database, KARIN, asked.id, pipeline.clock.now())
    assert karin() == {}


def test_registers_are_counted_while_something_is_to_be_done_of_them(pipeline: Pipeline) -> None:
    database, now = pipeline.database, pipeline.clock.now()
    change = Change(pipeline)
    breach = register_breach(database, Breach("", now, now, "What", "None", True, ANNA, now), "Measures", [])
    grant = a_grant(until=now.date() - timedelta(days=1))
    other = Difference(ids.new_id("dif"), pipeline.company_id, "balance", None, 1, 2, False, now)
    with database.transaction() as tx:
        access_grants.add(tx, grant)
        reconciliation.add(tx, other)
        agreements.begin_closing(tx, pipeline.company_id, Because.OWNER, now, now)
        agreements.begin_end(tx, pipeline.company_id, now)
        agreements.step_failed(tx, pipeline.company_id, Step.PAY_BACK, "NoPaymentLeft", now)
    assert change() == {"breaches": 1, "access": 1, "differences": 1, "agreements": 1}
    add_to_breach(database, Entry(breach, now, ANNA, BreachState.REPORTED, None))
    end_access(database, ANNA, grant.id, now)
    with database.transaction() as tx:
        agreements.step_done(tx, pipeline.company_id, Step.PAY_BACK, now)
        tx.execute("UPDATE stripe_differences SET healed = TRUE WHERE id = %s", (other.id,))
    assert change() == {}


def test_the_yearly_review_of_access_waits_until_somebody_has_made_it(pipeline: Pipeline) -> None:
    database, now = pipeline.database, pipeline.clock.now()
    change = Change(pipeline)
    review_access(database, ANNA, now)
    assert change() == {"access": -1}
    with database.transaction() as tx:
        tx.execute("DELETE FROM access_reviews")
        access_grants.add_review(tx, Review(now - REVIEW_EVERY - timedelta(days=1), ANNA))
    assert change() == {}
