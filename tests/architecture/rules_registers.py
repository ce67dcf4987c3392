"""Which registers a function's code can change or lock: by the statements that its queries are written with.

A statement whose table's name is filled in is not seen: those are the erasing's and the restore's alone.
"""

import ast
import re
from functools import cache

from shared.database.grants import REGISTERS
from tests.architecture.rules_publishing import within_reach
from tests.architecture.rules_source import ROOT, strings

QUERIES = "shared.database.queries"
_LOCKS = re.compile(r"\bFOR UPDATE\b")
_TAKES = {
    "UPDATE": re.compile(r"\bUPDATE (\w+)|\bINTO (\w+)\b.*\bON DUPLICATE KEY UPDATE\b", re.DOTALL),
    "DELETE": re.compile(r"\bDELETE FROM (\w+)|\bREPLACE INTO (\w+)"),
}
_READS = re.compile(r"\b(?:FROM|JOIN) (\w+)")

Needs = set[tuple[str, str]]
"""(register, right)"""


def needs_of(statement: str) -> Needs:
    """MySQL takes FOR UPDATE from those alone who may change the table; MariaDB takes it from everybody."""
    found = {
        (table, right)
        for right, pattern in _TAKES.items()
        for match in pattern.finditer(statement)
        for table in match.groups()
    }
    if _LOCKS.search(statement):
        found |= {(table, "UPDATE") for table in _READS.findall(statement)}
    return {(table, right) for table, right in found if table in REGISTERS}


def needs_within_reach(place: str) -> Needs:
    """Of the function at `folder/name`."""
    return set().union(*(_needs()[one] for one in within_reach(place) & _needs().keys()))


@cache
def _needs() -> dict[str, Needs]:
    """By the full name of each query that has any."""
    found: dict[str, Needs] = {}
    for file in (ROOT / QUERIES.replace(".", "/")).glob("*.py"):
        for one in ast.parse(file.read_text("utf-8")).body:
            if isinstance(one, ast.FunctionDef):
                needs = set().union(*(needs_of(text) for _, text in strings(ast.unparse(one))))
                if needs:
                    found[f"{QUERIES}.{file.stem}.{one.name}"] = needs
    return found
