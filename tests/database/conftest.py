"""What the tests of the use cases share: tables without other tests' work, and the pipeline's parts."""

import pytest

from shared.database.transactions import PooledDatabase
from shared.ports import Message
from tests.database.ending import World
from tests.database.pipeline import Pipeline
from tests.database.privacy import Desk
from tests.database.team import BO, Team
from tests.factories import Factory

EMPTIED = (
    "sends",
    "deliveries",
    "extra_sms",
    "coupons",
    "gift_links",
    "outbox",
    "early_receipts",
    "erased_sms",
    "sms_doubts",
    "suppliers",
    "transit_keys",
    "data_keys",
    "opt_outs",
    "abuse_reports",
    "figures",
    "cursors",
    "pool_codes",
    "dead_letters",
    "staff_log",
    "privacy_requests",
    "privacy_request_steps",
    "privacy_request_notices",
    "contact_syncs",
    "test_sends",
    "own_opt_outs",
    "webhook_attempts",
    "webhook_messages",
    "webhook_secrets",
    "webhook_endpoints",
)
"""What the jobs that look at all companies would find of an earlier test."""


@pytest.fixture(autouse=True)
def emptied(database: PooledDatabase) -> None:
    empty(database)


def empty(database: PooledDatabase) -> None:
    anything = ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in EMPTIED)
    with database.transaction() as tx:
        (left,) = tx.all(lambda *there: there, f"SELECT {anything} /* all companies: a test begins */")
        for table, there in zip(EMPTIED, left, strict=True):
            if there:
                tx.execute(f"DELETE FROM {table}")


@pytest.fixture
def pipeline(database: PooledDatabase, make: Factory, published: list[Message]) -> Pipeline:
    """One company's sends on their way, step by step."""
    return Pipeline(database, make, published)


@pytest.fixture
def team(pipeline: Pipeline) -> Team:
    with pipeline.database.transaction() as tx:
        for table in ("invitations", "invitation_mails"):
            tx.execute(f"DELETE FROM {table} /* all companies: a test begins */")
        tx.execute("DELETE FROM persons WHERE email = %s", (BO,))
        tx.execute(
            "DELETE m FROM members m LEFT JOIN persons p ON p.id = m.person_id WHERE p.id IS NULL /* likewise */"
        )
    return Team(Desk(pipeline))


@pytest.fixture
def no_other_endings(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        for table in ("agreement_endings", "pay_backs", "dpa_acceptances", "processor_notices"):
            tx.execute(f"DELETE FROM {table}")
        tx.execute("UPDATE companies SET state = 'active', closing_at = NULL, ends_at = NULL WHERE state = 'closing'")


@pytest.fixture
def world(pipeline: Pipeline) -> World:
    """A company that has sent, with three gifts open and one send scheduled."""
    world = World(pipeline)
    world.live()
    return world
