"""Each function's own database user can do what its work needs, and nothing more."""

from collections.abc import Iterator

import pymysql
import pytest

from sandbox.mariadb import MariaDb, connect
from shared.database.connection import connect as connect_as
from shared.database.grants import (
    REGISTERS,
    RESTORE,
    ROLE,
    UserMissing,
    Writers,
    asking_functions,
    grant,
    user_of,
)
from shared.privacy.data_map import TABLES
from shared.settings import DatabaseSettings
from tests.architecture.rules_functions import read_table
from tests.factories import with_settings

DENIED, NO_COMMAND = 1142, 1044


@pytest.fixture
def granted(own_server: MariaDb, database_settings: DatabaseSettings) -> Iterator[DatabaseSettings]:
    """Every function's user, with its rights."""
    own_server.create_users([RESTORE, *map(user_of, asking_functions())])
    set_rights(own_server)
    yield database_settings


def set_rights(server: MariaDb, only: Writers = None) -> None:
    with connect(server.access, "upup") as connection:
        grant(connection, asking_functions(), only)


def attempt(settings: DatabaseSettings, function: str, *statements: str) -> int:
    """The number of the error that the last one came to; 0 for none. Nothing is committed."""
    user = function if function == RESTORE else user_of(function)
    try:
        with connect_as(with_settings(settings, database_user=user)) as connection:
            for statement in statements:
                connection.cursor().execute(statement)
    except pymysql.err.MySQLError as error:
        return int(error.args[0])
    return 0


def test_every_function_that_asks_the_database_has_a_user_there_and_no_other_one() -> None:
    table = read_table()
    assert set(asking_functions()) == {name for name, row in table.items() if row.get("database", True)}


def test_every_register_and_every_name_in_its_exceptions_is_there() -> None:
    assert REGISTERS.keys() <= {table.name for table in TABLES}
    assert {function for named in REGISTERS.values() for function in named} <= set(asking_functions())


def test_the_ordinary_user_writes_rows_and_only_adds_to_registers(granted: DatabaseSettings) -> None:
    assert attempt(granted, "send_sms", "SELECT COUNT(*) FROM deliveries") == 0
    assert attempt(granted, "send_sms", "UPDATE deliveries SET reason = NULL WHERE send_id = 'x'") == 0
    assert attempt(granted, "send_sms", "DELETE FROM outbox WHERE id = 0") == 0
    for table, named in REGISTERS.items():
        assert "send_sms" not in named
        assert attempt(granted, "send_sms", f"SELECT 1 FROM {table} LIMIT 1") == 0
        for change in (f"DELETE FROM {table} LIMIT 0", f"UPDATE {table} SET {first_column(table)} = 'x' LIMIT 0"):
            assert attempt(granted, "send_sms", change) == DENIED, change


def first_column(name: str) -> str:
    return next(iter(next(table.columns for table in TABLES if table.name == name)))


def test_those_that_are_named_may_change_what_they_are_named_for(granted: DatabaseSettings) -> None:
    for table, named in REGISTERS.items():
        for function, right in named.items():
            change = f"DELETE FROM {table}" if right == "DELETE" else f"UPDATE {table} SET {first_column(table)} = 'x'"
            assert attempt(granted, function, f"{change} LIMIT 0") == 0, (function, table)
    assert attempt(granted, "disclose", "DELETE FROM disclosures LIMIT 0") == DENIED


def test_nobody_changes_the_schema_gives_rights_or_reads_files(granted: DatabaseSettings) -> None:
    for function in ("encrypt_expired", "erase_expired", "send_sms", "staff_access"):
        for statement in (
            "CREATE TABLE t (a INT)",
            "DROP TABLE sends",
            "ALTER TABLE sends ADD COLUMN a INT",
            "CREATE INDEX i ON sends (id)",
            "CREATE TRIGGER t BEFORE UPDATE ON sends FOR EACH ROW SET @a = 1",
            "DROP TRIGGER disclosures_are_kept_12_months",
            "TRUNCATE sends",
            "GRANT SELECT ON sends TO 'disclose'@'%'",
            "SELECT name FROM migrations",
            "SELECT user FROM mysql.user",
            "CREATE USER 'x'@'%'",
            "SET GLOBAL read_only = 0",
            "SELECT 'x' INTO OUTFILE 'x'",
            "CREATE TEMPORARY TABLE t (a INT)",
        ):
            assert attempt(granted, function, statement) in {DENIED, NO_COMMAND, 1227, 1045, 1370}, statement


def test_granting_again_changes_nothing_and_takes_what_is_too_much(
    granted: DatabaseSettings, own_server: MariaDb
) -> None:
    before = grants(own_server)
    with connect(own_server.access) as connection, connection.cursor() as cursor:
        cursor.execute("GRANT ALL ON upup.* TO 'fn-send-sms'@'%' WITH GRANT OPTION")
        cursor.execute("GRANT FILE ON *.* TO 'fn-send-sms'@'%'")
        cursor.execute(f"GRANT DELETE ON upup.ledger_entries TO {ROLE}")
    assert grants(own_server) != before
    set_rights(own_server)
    assert grants(own_server) == before


def test_a_role_that_cloud_sql_gave_a_user_is_taken_away(granted: DatabaseSettings, own_server: MariaDb) -> None:
    before = grants(own_server)
    with connect(own_server.access) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE ROLE cloudsqlsuperuser")
        cursor.execute("GRANT cloudsqlsuperuser TO 'fn-send-sms'@'%', 'restore'@'%'")
        assert len(grants(own_server) - before) == 2
        set_rights(own_server)
        assert grants(own_server) == before
        cursor.execute("DROP ROLE cloudsqlsuperuser")


def grants(server: MariaDb) -> set[str]:
    with connect(server.access) as connection, connection.cursor() as cursor:
        found = set()
        for who in (ROLE, "'fn-send-sms'@'%'", f"'{RESTORE}'@'%'"):
            cursor.execute(f"SHOW GRANTS FOR {who}")
            found |= {row[0] for row in cursor.fetchall()}
        return found


def test_a_closed_database_can_only_be_read_but_by_the_jobs_that_are_named(
    granted: DatabaseSettings, own_server: MariaDb
) -> None:
    set_rights(own_server, ["erase_expired"])
    try:
        for table in {one.name for one in TABLES} - {"migrations"}:
            assert attempt(granted, "end_agreements", f"SELECT 1 FROM {table} LIMIT 1") == 0
            assert attempt(granted, "end_agreements", f"DELETE FROM {table} LIMIT 0") == DENIED
        assert attempt(granted, "erase_expired", "DELETE FROM sends LIMIT 0") == 0
        assert attempt(granted, "erase_expired", "DELETE FROM staff_log LIMIT 0") == 0
        assert attempt(granted, "erase_expired", "DELETE FROM ledger_entries LIMIT 0") == DENIED
    finally:
        set_rights(own_server)
    assert attempt(granted, "end_agreements", "DELETE FROM sends LIMIT 0") == 0


def test_the_restore_writes_to_a_database_that_is_closed_for_it_and_reaches_no_other(
    granted: DatabaseSettings, own_server: MariaDb
) -> None:
    assert attempt(granted, RESTORE, "SELECT 1 FROM sends LIMIT 1") == NO_COMMAND, "it cannot even come in"
    set_rights(own_server, [])
    assert attempt(granted, RESTORE, "SELECT 1 FROM sends LIMIT 1") == 0
    assert attempt(granted, RESTORE, "DELETE FROM sends LIMIT 0") == DENIED
    set_rights(own_server, [RESTORE])
    try:
        assert attempt(granted, RESTORE, "UPDATE disclosures SET reason = 'x' LIMIT 0") == 0
        assert attempt(granted, RESTORE, "DROP TABLE sends") == DENIED
    finally:
        set_rights(own_server)


def test_a_function_without_its_user_is_named_and_the_others_have_their_rights(
    granted: DatabaseSettings, own_server: MariaDb
) -> None:
    with connect(own_server.access, "upup") as connection, pytest.raises(UserMissing, match=r"^of_tomorrow$"):
        grant(connection, ["of_tomorrow", *asking_functions()])
    assert attempt(granted, "send_sms", "DELETE FROM outbox WHERE id = 0") == 0
