"""What grows with recipients and days is found by an index: every statement of shared/database/queries is explained.

`BIG=1 pytest -s tests/database/test_query_plans.py` asks the same of 10,000,000 deliveries, which takes half an hour.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox.mariadb import MariaDb
from shared.database.connection import connect
from shared.database.migrate import migrate
from shared.settings import DatabaseSettings
from tests.database.every_query import Explained, Report, Step, explain_all
from tests.database.generated_rows import SMALL, Sizes, fill

BIG = os.environ.get("BIG") == "1"
SIZES = Sizes(deliveries=10_000_000, coupons=2_000_000, others=100_000) if BIG else Sizes(4_000, 4_000, 400)
PATIENCE_SECONDS = 20
"""No statement may take longer where there are many rows."""

FEW = {
    "abuse_reports": "a recipient's word, kept for months",
    "access_grants": "the people of two companies",
    "agreement_endings": "one a company that leaves",
    "breach_notices": "a breach's, until they are mailed",
    "breaches": "one a breach",
    "companies": "thousands",
    "data_keys": "one a company and day of sends",
    "dead_letters": "what failed twenty times",
    "disclosures": "those that staff have asked for within a year",
    "early_receipts": "those of the last moments, and of numbers that nobody knows",
    "invitations": "those of a week",
    "link_domains": "a few a company",
    "outbox": "what Pub/Sub has not taken yet",
    "plan_end_notices": "those that are not mailed yet",
    "sender_names": "a few a company",
    "sms_doubts": "those of 72 hours",
    "stripe_differences": "what a night's comparison has found",
}
"""Tables that may be read whole, and why they stay small."""
WHOLE = {
    "contacts.doubt_all": "after a restore",
    "contacts.forget_nobodys": "a nightly job; one row a member and supplier",
    "people.erase_without_company": "a job every three hours; accounts are thousands, recipients are no persons of it",
    "reconciliation.unbalanced": "a nightly job: the sum of the whole ledger is what it is for",
    "restored.booked": "a restore",
    "restored.end_sessions": "a restore",
    "restored.given": "a restore",
    "restored.lost_sends": "a restore",
}
"""Functions that are to read a table whole."""
SILENT = {
    "catalogue.change": "writes what is to change, here nothing",
    "coupons.move": "to the first state none leads",
    "webhook_events.deliveries_move": "where a company has endpoints",
    "webhook_events.deliveries_moved": "the same",
}


@dataclass(frozen=True)
class Plans:
    report: Report
    rows: dict[str, int]


@pytest.fixture(scope="module")
def plans(own_server: MariaDb) -> Iterator[Plans]:
    own_server.create_database("plans")
    settings = DatabaseSettings(
        database_name="plans",
        database_user=own_server.user,
        database_address=own_server.address,
        database_password=own_server.password,
    )
    with connect(settings) as connection:
        migrate(connection)
        with connection.cursor() as cursor:
            rows = fill(cursor, SIZES)
            cursor.execute(f"SET SESSION max_statement_time = {PATIENCE_SECONDS}")
        connection.commit()
        yield Plans(explain_all(connection, list(rows)), rows)
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE plans")


def reads_whole(one: Explained, rows: dict[str, int]) -> list[str]:
    """The tables that a statement reads from end to end, or most of; the beginning of an index in its order is none."""
    return [step.table for step in one.steps if step.table not in SMALL and _is_most(step, rows.get(step.table, 0))]


def _is_most(step: Step, rows: int) -> bool:
    part = 0.1 if step.access in ("ALL", "index") else 0.6
    return step.rows > rows * part > 0


def test_no_statement_reads_a_table_that_grows_from_end_to_end(plans: Plans) -> None:
    found = {
        f"{one.function} reads all of {table}: {one.sql}"
        for one in plans.report.statements
        for table in reads_whole(one, plans.rows)
        if table not in FEW and one.function not in WHOLE
    }
    assert not found, "\n".join(sorted(found))


def test_what_may_read_all_still_does(plans: Plans) -> None:
    read = [(one.function, table) for one in plans.report.statements for table in reads_whole(one, plans.rows)]
    assert WHOLE.keys() <= {function for function, _ in read}
    assert FEW.keys() <= {table for _, table in read}


def test_each_function_is_asked_for_its_statements(plans: Plans) -> None:
    silent = {name for name in plans.report.silent if not name.startswith("restored.")}  # these take tables' names
    assert silent == SILENT.keys()
    assert len(plans.report.statements) > 600


def test_a_scan_would_be_seen(plans: Plans) -> None:
    seen = {step.table for one in plans.report.statements for step in one.steps}
    assert {"deliveries", "coupons", "sends", "gift_links", "ledger_entries", "webhook_messages"} <= seen
    whole = {table for one in plans.report.statements for table in reads_whole(one, plans.rows)}
    assert {"coupons", "sends"} <= whole, "a restore's"
