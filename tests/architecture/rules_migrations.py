"""Expand, migrate, contract: what a migration may do while the release before it still serves."""

import re

from shared.database.migrate import FOLDER, statements

FIRST_DEPLOYED = 25
"""Those before were never applied to a database that a release served from."""
CONTRACT = re.compile(r"^-- contract: since release \S+", re.MULTILINE)
"""Says from which release on nothing uses any more what the file takes away."""

TAKES_AWAY = {
    "drops what the release before may use": re.compile(r"\bDROP\s+(TABLE|COLUMN|DATABASE)\b|\bTRUNCATE\b"),
    "renames what the release before calls by its name": re.compile(r"\bRENAME\b|\bCHANGE\s"),
    "alters a column under the release before": re.compile(r"\bMODIFY\b|\bALTER\s+COLUMN\b"),
    "refuses what the release before may write": re.compile(
        r"^ALTER\b.*\bADD\s+(UNIQUE|CONSTRAINT|CHECK|FOREIGN|PRIMARY)\b|^CREATE\s+UNIQUE\b"
    ),
}
_DROPS_COLUMN = re.compile(r"\bDROP\s+(?!TABLE|COLUMN|DATABASE|INDEX|KEY|TRIGGER|CONSTRAINT|CHECK|FOREIGN|PRIMARY)\w")
_ADDED = re.compile(r"\bADD\s+(?:COLUMN\s+)?(?!INDEX|KEY|UNIQUE|CONSTRAINT|CHECK|FOREIGN|PRIMARY)")
_FILLED = re.compile(r"\bDEFAULT\b|\bAUTO_INCREMENT\b|\bAS\s*\(")


def breaks_the_release_before(text: str) -> list[str]:
    """Why the release before would not go on after this file; empty where the file says that it is a contract."""
    if CONTRACT.search(text):
        return []
    return sorted({fault for statement in statements(text) for fault in _faults(" ".join(statement.upper().split()))})


def _faults(statement: str) -> list[str]:
    found = [fault for fault, pattern in TAKES_AWAY.items() if pattern.search(statement)]
    if statement.startswith("ALTER TABLE"):
        if _DROPS_COLUMN.search(statement):
            found.append("drops what the release before may use")
        if any("NOT NULL" in added and not _FILLED.search(added) for added in _ADDED.split(statement)[1:]):
            found.append("adds a column that the release before does not fill")
    return found


def breaking_migrations() -> dict[str, list[str]]:
    files = [file for file in FOLDER.glob("*.sql") if int(file.name[:4]) >= FIRST_DEPLOYED]
    return {file.name: found for file in files if (found := breaks_the_release_before(file.read_text("utf-8")))}
