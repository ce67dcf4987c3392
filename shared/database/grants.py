"""`python -m shared.database.grants [--only FUNCTION…]`: what each function's own database user may do, and no more.

All have one role: reading and writing rows. A register is only ever added to, but
by those that `REGISTERS` names. Nobody may change the schema, give rights, read files, or see the list of migrations.
"""

import argparse
import os
import re
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

from pymysql.connections import Connection
from pymysql.cursors import Cursor

from shared.database.connection import connect
from shared.environment import Settings
from shared.settings import DatabaseSettings

FUNCTIONS = Path(__file__).parents[2] / "functions"
ROLE = "upup_function"
ROWS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
ADDING = frozenset({"SELECT", "INSERT"})
READING = frozenset({"SELECT"})
GRANT_OPTION = frozenset({"GRANT OPTION"})

Rights = dict[str, frozenset[str]]
"""By table."""

Writers = Collection[str] | None
"""The functions that may write; None is all."""

REGISTERS: dict[str, dict[str, str]] = {
    "ledger_entries": {},
    "own_opt_outs": {},
    "staff_log": {"erase_expired": "DELETE"},
    "stripe_events": {"erase_expired": "DELETE"},
    "erased_sms": {"erase_expired": "DELETE"},
    "disclosures": {"disclose": "UPDATE", "erase_expired": "DELETE"},
    "disclosure_readings": {"erase_expired": "DELETE"},
    "breaches": {"staff_breaches": "UPDATE", "erase_expired": "DELETE"},  # a trigger forbids it: for the lock alone
    "breach_entries": {"erase_expired": "DELETE"},
    "breach_companies": {"erase_expired": "DELETE"},
    "breach_notices": {"tell_of_breaches": "UPDATE", "erase_expired": "DELETE"},
    "access_grants": {"staff_access": "UPDATE", "erase_expired": "DELETE"},
    "access_reviews": {"erase_expired": "DELETE"},
    "account_decisions": {"erase_expired": "DELETE", "end_agreements": "DELETE"},
    "dpa_acceptances": {"erase_expired": "DELETE", "end_agreements": "DELETE"},
    "opt_out_withdrawals": {"erase_expired": "DELETE", "end_agreements": "DELETE"},
    "privacy_request_steps": {"erase_expired": "DELETE", "end_agreements": "DELETE"},
}
"""Tables that are only added to, and who else does what with them."""

RESTORE = "restore"
"""The restore's own user: it may write where it is named among those that alone may, and do nothing elsewhere."""

HIDDEN = ("migrations",)

_GIVEN = re.compile(r"GRANT (?P<rights>.+) ON (?P<place>\S+) TO ", re.IGNORECASE)
_LENT = re.compile(r"GRANT (?P<roles>`.+) TO ", re.IGNORECASE)


class UserMissing(Exception):
    """Functions that ask the database have no user there; their names."""


def user_of(function: str) -> str:
    """Its database user: the name of its service account, which Google takes from six characters on."""
    return f"fn-{function.replace('_', '-')}"


def asking_functions(folder: Path = FUNCTIONS) -> list[str]:
    """Those on disk that ask the database."""
    files = sorted(folder.glob("*/*.py"))
    return [file.stem for file in files if "DatabaseSettings" in file.read_text("utf-8")]


def of_role(tables: Iterable[str], only: Writers = None) -> Rights:
    if only is not None:
        return dict.fromkeys(tables, READING)
    return {table: ADDING if table in REGISTERS else ROWS for table in tables}


def of_function(function: str, tables: Iterable[str], only: Writers = None) -> Rights:
    """What it has beside the role."""
    if only is not None and function not in only:
        return {}
    rights = {} if only is None else of_role(tables)
    for table, named in REGISTERS.items():
        if function in named:
            rights[table] = rights.get(table, frozenset()) | {named[function]}
    return rights


def of_restore(tables: Iterable[str], only: Writers = None) -> Rights:
    if only is None:
        return {}
    return dict.fromkeys(tables, ROWS if RESTORE in only else READING)


def grant(connection: "Connection[Cursor]", functions: Iterable[str], only: Writers = None) -> None:
    """Give what is missing, and take what is too much. Raises `UserMissing` when all others have theirs.

    `only`: the others may read and nothing else. So a database is closed that is given up, or not yet let in.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT DATABASE(), VERSION()")
        schema, version = cursor.fetchone() or ("", "")
        tables = _tables(cursor)
        cursor.execute(f"CREATE ROLE IF NOT EXISTS {ROLE}")
        _bring_about(cursor, schema, ROLE, of_role(tables, only))
        cursor.execute("SELECT user FROM mysql.user")
        users = {row[0] for row in cursor.fetchall()}
        missing = []
        for function in functions:
            if user_of(function) not in users:
                missing.append(function)
                continue
            who = f"'{user_of(function)}'@'%'"
            _take_other_roles(cursor, who)
            cursor.execute(f"GRANT {ROLE} TO {who}")
            cursor.execute(f"SET DEFAULT ROLE {ROLE} {'FOR' if 'MariaDB' in version else 'TO'} {who}")
            _bring_about(cursor, schema, who, of_function(function, tables, only))
        if RESTORE in users:
            who = f"'{RESTORE}'@'%'"
            _take_other_roles(cursor, who)
            _bring_about(cursor, schema, who, of_restore(tables, only))
    if missing:
        raise UserMissing(", ".join(missing))


def _tables(cursor: Cursor) -> list[str]:
    cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
    return sorted({row[0] for row in cursor.fetchall()} - set(HIDDEN))


def _bring_about(cursor: Cursor, schema: str, who: str, wanted: Rights) -> None:
    places = {f"`{schema}`.`{name}`": rights for name, rights in wanted.items()}
    held = _held(cursor, who)
    for place, rights in sorted(held.items()):
        excess = rights - places.get(place, frozenset())
        for together in (excess & GRANT_OPTION, excess - GRANT_OPTION):  # SQL has another meaning for both in one
            if together:
                cursor.execute(f"REVOKE {', '.join(sorted(together))} ON {place} FROM {who}")
    for place, rights in sorted(places.items()):
        if lacking := rights - held.get(place, frozenset()):
            cursor.execute(f"GRANT {', '.join(sorted(lacking))} ON {place} TO {who}")


def _take_other_roles(cursor: Cursor, who: str) -> None:
    """Cloud SQL may give a user that it makes a role of its own, which may do nearly all."""
    cursor.execute(f"SHOW GRANTS FOR {who}")
    lines = [_LENT.match(line) for (line,) in cursor.fetchall()]
    for role in (role.strip() for line in lines if line for role in line["roles"].split(",")):
        if role.partition("@")[0].strip("`") != ROLE:
            cursor.execute(f"REVOKE {role} FROM {who}")


def _held(cursor: Cursor, who: str) -> Rights:
    """What it has been given itself, by place."""
    cursor.execute(f"SHOW GRANTS FOR {who}")
    found: Rights = {}
    for (line,) in cursor.fetchall():
        given = _GIVEN.match(line)
        if given is None:  # a role
            continue
        rights = frozenset(right.strip() for right in given["rights"].split(",")) - {"USAGE"}
        if "WITH GRANT OPTION" in line:
            rights |= GRANT_OPTION
        if rights:
            found[given["place"]] = found.get(given["place"], frozenset()) | rights
    return found


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m shared.database.grants")
    parser.add_argument(
        "--only",
        nargs="*",
        metavar="FUNCTION",
        help="who may write: functions, and `restore`; all others may only read",
    )
    only = parser.parse_args(words).only
    with connect(Settings(os.environ).load(DatabaseSettings)) as connection:
        try:
            grant(connection, asking_functions(), only)
        except UserMissing as missing:
            sys.stderr.write(f"no database user: {missing}\n")
            return 1 if only is None else 0  # one that is closed may be older than a function
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
