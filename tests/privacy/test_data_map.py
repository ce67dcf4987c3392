"""The data map says what the database really holds, and what is told to others is told from it."""

from datetime import timedelta

import pytest

from shared.database.queries import expiry
from shared.database.transactions import PooledDatabase
from shared.privacy import data_map, notice, records
from shared.privacy.data_map.model import Basis, Datum, Expires
from tests.architecture.rules_source import ROOT
from tests.factories import NOON

MAPPED = {f"{table.name}.{column}" for table in data_map.TABLES for column in table.columns}
MINUTE = timedelta(minutes=1)


def live_columns(database: PooledDatabase) -> dict[str, str]:
    """Type of each column of the live schema, by table.column."""
    with database.transaction() as tx:
        return dict(
            tx.all(
                lambda table, column, kind: (f"{table}.{column}", kind),
                "SELECT table_name, column_name, data_type FROM information_schema.columns"
                " WHERE table_schema = DATABASE()",
            )
        )


def test_the_map_and_the_live_schema_have_the_same_columns(database: PooledDatabase) -> None:
    assert live_columns(database).keys() == MAPPED


def test_no_table_is_mapped_twice() -> None:
    names = [table.name for table in data_map.TABLES]
    assert len(names) == len(set(names))


def test_what_is_about_somebody_says_why_we_may_hold_it() -> None:
    unfounded = [one.what.en for one in data_map.personal_data() if one.basis is Basis.NO_PERSON]
    assert unfounded == []


def test_each_kind_of_data_is_described_in_both_languages() -> None:
    def texts(one: Datum) -> list[str]:
        facts = (one.what, one.subject.value, one.purpose, one.basis.value, one.kept, one.end.value)
        return [text for fact in facts for text in (fact.sv, fact.en)]

    assert all(text.strip() for table in data_map.TABLES for one in table.columns.values() for text in texts(one))


@pytest.mark.parametrize(("table", "rule"), list(data_map.expiring()))
def test_a_period_is_counted_from_an_indexed_moment(database: PooledDatabase, table: str, rule: Expires) -> None:
    assert live_columns(database)[f"{table}.{rule.column}"] == "datetime"
    with database.transaction() as tx:
        indexed = tx.values(
            "SELECT column_name FROM information_schema.statistics"
            " WHERE table_schema = DATABASE() AND table_name = %s AND seq_in_index = 1",
            (table,),
        )
    assert rule.column in indexed


def test_a_row_goes_when_its_period_is_over_and_not_before(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        tx.execute("DELETE FROM stripe_events")
        for number, at in enumerate([NOON - MINUTE, NOON, NOON + MINUTE]):
            tx.execute("INSERT INTO stripe_events (id, received_at) VALUES (%s, %s)", (f"evt_{number}", at))
        assert expiry.delete(tx, "stripe_events", "received_at", NOON, 1) == 1
        assert expiry.delete(tx, "stripe_events", "received_at", NOON, 10) == 1
        assert tx.values("SELECT id FROM stripe_events") == ["evt_2"]


@pytest.mark.parametrize("language", list(records.FILES))
def test_the_record_of_processing_is_the_one_that_the_map_makes(language: records.Language) -> None:
    written = (ROOT / "docs" / "privacy" / records.FILES[language]).read_text("utf-8")
    assert written == records.record(language), "write it again with: make privacy-docs"


def test_the_public_notice_tells_of_every_kind_of_personal_data() -> None:
    told = {
        (one["data"]["sv"], one["data"]["en"]) for one in notice.processing("2026-11", "2026-11", {"UpUp": "x"})["data"]
    }
    assert told == {(one.what.sv, one.what.en) for one in data_map.personal_data()}
    assert len(told) >= 15


def test_the_record_names_each_column_once() -> None:
    lines = records.record("en").splitlines()
    places = [line.removeprefix("- Where: ").split(": ") for line in lines if line.startswith("- Where: ")]
    assert sorted(f"{table.strip('`')}.{column}" for table, columns in places for column in columns.split(", ")) == (
        sorted(MAPPED)
    )
