"""Applies the numbered SQL files of `migrations/`, each once and in order, under one lock."""

import os
import sys
from pathlib import Path

from pymysql.connections import Connection
from pymysql.cursors import Cursor

from shared.database.connection import connect
from shared.environment import Settings
from shared.settings import DatabaseSettings

FOLDER = Path(__file__).parent / "migrations"
LOCK_SECONDS = 60


class MigrationLocked(Exception):
    """Another migration is under way and did not end within `LOCK_SECONDS`."""


def migrate(connection: "Connection[Cursor]") -> list[str]:
    """Apply what is missing and return the names of the files applied now.

    MySQL commits each DDL statement by itself, so a file that fails half-way is not recorded and its cause
    must be mended by hand: keep files small.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT GET_LOCK('migrations', %s)", (LOCK_SECONDS,))
        if cursor.fetchone() != (1,):
            raise MigrationLocked
        try:
            return [name for name, text in _missing(cursor) if _apply(connection, cursor, name, text)]
        finally:
            cursor.execute("SELECT RELEASE_LOCK('migrations')")


def statements(text: str) -> list[str]:
    """Split a file at each `;` that ends a line, keeping a trigger's BEGIN … END; in one piece."""
    found: list[str] = []
    lines: list[str] = []
    for line in text.splitlines():
        if line.lstrip().startswith("--") or not line.strip():
            continue
        lines.append(line)
        in_block = any(entry.strip() == "BEGIN" for entry in lines)
        if line.rstrip().endswith(";") and (not in_block or line.strip() == "END;"):
            found.append("\n".join(lines).rstrip().removesuffix(";"))
            lines = []
    return found


def _missing(cursor: Cursor) -> list[tuple[str, str]]:
    cursor.execute(
        "CREATE TABLE IF NOT EXISTS migrations"
        " (name VARCHAR(100) CHARACTER SET ascii NOT NULL PRIMARY KEY, applied_at DATETIME(6) NOT NULL)"
    )
    cursor.execute("SELECT name FROM migrations")
    applied = {row[0] for row in cursor.fetchall()}
    return [(f.name, f.read_text("utf-8")) for f in sorted(FOLDER.glob("*.sql")) if f.name not in applied]


def _apply(connection: "Connection[Cursor]", cursor: Cursor, name: str, text: str) -> bool:
    for statement in statements(text):
        cursor.execute(statement)
    cursor.execute("INSERT INTO migrations (name, applied_at) VALUES (%s, UTC_TIMESTAMP(6))", (name,))
    connection.commit()
    return True


if __name__ == "__main__":
    settings = Settings(os.environ)
    with connect(settings.load(DatabaseSettings)) as opened:
        sys.stdout.write(f"applied: {', '.join(migrate(opened)) or 'nothing, all was there'}\n")
