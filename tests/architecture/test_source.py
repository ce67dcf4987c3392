"""Rules of the source: where SQL lives, whose rows it touches, how long an entry point is, where time comes from."""

import pytest

from shared.database.transactions import PooledDatabase
from tests.architecture.rules_source import (
    ROOT,
    breaking,
    deployed,
    own_time,
    sql,
    sql_time,
    too_long,
    without_company,
)

DATABASE = sorted(ROOT.glob("shared/database/**/*.py"))
COMPANY_TABLES = {"sends", "deliveries"}


def test_sql_is_written_in_shared_database_only() -> None:
    assert breaking(sql, [file for file in deployed() if file not in DATABASE]) == {}


@pytest.mark.parametrize(
    "text",
    [
        'tx.values("SELECT id FROM sends")',
        'tx.value("select 1")',
        'tx.execute(f"UPDATE {table} SET state = %s")',
        'SQL = ("DELETE FROM sends"\n  " WHERE id = %s")',
        'tx.execute("INSERT IGNORE INTO outbox (topic) VALUES (%s)")',
        'tx.all(f"(SELECT {names} FROM gifts)")',
        'tx.execute("create table leftovers (id int)")',
    ],
)
def test_sql_elsewhere_is_found(text: str) -> None:
    assert len(sql(text)) == 1


def test_a_docstring_or_message_that_reads_like_a_statement_is_no_sql() -> None:
    assert sql('"""Delete from the list what is over."""\nraise Conflict("Update the list, then set it again.")') == []


def test_every_entry_point_is_under_40_lines() -> None:
    assert breaking(too_long, sorted(ROOT.glob("functions/*/*.py"))) == {}


def test_an_entry_point_of_40_lines_is_found() -> None:
    assert too_long("pass\n" * 39) == []
    assert too_long("pass\n" * 40) == ["40 lines"]


def test_every_statement_on_a_companys_table_names_the_company(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        tables = set(
            tx.values(
                "SELECT table_name FROM information_schema.columns"
                " WHERE table_schema = DATABASE() AND column_name = 'company_id'"
            )
        )
    assert tables > COMPANY_TABLES
    assert breaking(lambda source: without_company(source, tables), DATABASE) == {}


def test_no_companys_table_takes_a_row_without_a_company(database: PooledDatabase) -> None:
    with database.transaction() as tx:
        rows = tx.all(
            lambda nullable, default: (nullable, default),
            "SELECT is_nullable, column_default FROM information_schema.columns"
            " WHERE table_schema = DATABASE() AND column_name = 'company_id'",
        )
    assert set(rows) == {("NO", None)}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM sends WHERE id = %s",
        "SELECT company_id, id FROM sends WHERE id = %s",
        "UPDATE sends SET company_id = %s WHERE id = %s",
        "DELETE FROM deliveries",
        "UPDATE coupons c JOIN deliveries d ON d.coupon_id = c.id SET c.unwanted = TRUE",
        "INSERT INTO outbox (topic) SELECT id FROM sends",
        "INSERT INTO sends (id, company_id) SELECT %s, d.company_id FROM deliveries d WHERE d.id = %s",
        "INSERT INTO sends (id, company_id) SELECT %s, c.id FROM companies c WHERE c.state = %s",
        "SELECT id FROM sends /* all companies: */",
    ],
)
def test_a_statement_on_any_companys_rows_is_found(statement: str) -> None:
    assert len(without_company(f"tx.execute({statement!r})", COMPANY_TABLES)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT id FROM sends WHERE id = %s AND company_id = %s",
        "SELECT d.id FROM deliveries d JOIN sends s ON s.company_id = d.company_id",
        "SELECT id FROM sends /* all companies: one job for all */",
        "INSERT INTO sends (id) VALUES (%s)",
        "INSERT INTO sends (id, company_id) SELECT %s, c.id FROM companies c WHERE c.id = %s AND c.state = 'active'",
        "SELECT code FROM gifts",
    ],
)
def test_a_statement_for_one_company_or_with_a_reason_passes(statement: str) -> None:
    assert without_company(f"tx.execute({statement!r})", COMPANY_TABLES) == []


def test_time_comes_from_the_clock() -> None:
    exceptions = {
        "shared/clock.py",  # it is the clock
        "shared/providers/kms.py",  # a key's rotation is by Google's clock
        "shared/providers/webhook_caller.py",  # a receiver compares a signature's time with its own clock
    }
    assert set(breaking(own_time, deployed())) == exceptions


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "now = datetime.now",
        "time.time()",
        "from time import time",
    ],
)
def test_time_from_elsewhere_is_found(text: str) -> None:
    assert len(own_time(text)) == 1


def test_a_moment_of_the_clock_and_a_measured_time_are_no_time_of_ones_own() -> None:
    assert own_time("clock.now(); call.now; time.monotonic(); datetime.fromisoformat(text)") == []


def test_no_statement_asks_the_database_for_the_time() -> None:
    assert set(breaking(sql_time, deployed())) == {"shared/database/migrate.py"}  # when a migration really was applied


@pytest.mark.parametrize(
    "function", ["NOW()", "UTC_TIMESTAMP(6)", "CURRENT_TIMESTAMP", "curdate()", "Unix_Timestamp()"]
)
def test_a_statement_that_asks_for_the_time_is_found(function: str) -> None:
    assert len(sql_time(f'tx.values("SELECT id FROM sends WHERE erase_at < {function}")')) == 1
    assert sql_time('tx.values("SELECT known FROM nowhere WHERE now_or_never")') == []
