"""Rules that are read from a file's source alone. Each names what breaks it, by line."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENTRY_POINT_LINES = 40

SQL = re.compile(
    r"\(?\s*(?:select\s(?:.+\sfrom\s|\w+\(|\d)|insert\s+(?:ignore\s+)?into\s|replace\s+into\s|update\s+\S+\s+(?:\w+\s+)?(?:join\s.+\s)?set\s"
    r"|delete\s+(?:\w+\s+)?from\s|(?:create|alter|drop|truncate)\s+(?:temporary\s+)?(?:table|trigger|index)\s"
    r"|set\s+session\s)",
    re.IGNORECASE | re.DOTALL,
)
SQL_TIME = re.compile(
    r"\b(?:now|sysdate|curdate|curtime|unix_timestamp|(?:utc|current)_(?:timestamp|date|time))\b\s*\(?", re.IGNORECASE
)
COMPANY_TABLE = re.compile(r"\b(?:from|join|into|update)\s+(\w+)", re.IGNORECASE)
FOR_ALL = re.compile(r"/\* all companies: \S.* \*/")
OF_ONE_COMPANY = re.compile(r"insert\b.*\bcompany_id\) select .*, c\.id from companies c where c\.id = %s", re.I)

TIMES = {"datetime": {"now", "utcnow", "today"}, "date": {"today"}, "time": {"time", "time_ns", "localtime", "gmtime"}}


def deployed() -> list[Path]:
    """Every Python file that is deployed."""
    return [ROOT / "main.py", *sorted(ROOT.glob("functions/**/*.py")), *sorted(ROOT.glob("shared/**/*.py"))]


def breaking(rule: Callable[[str], list[str]], files: list[Path]) -> dict[str, list[str]]:
    """What breaks the rule, by file."""
    found = {str(file.relative_to(ROOT)): rule(file.read_text("utf-8")) for file in files}
    return {file: faults for file, faults in found.items() if faults}


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each string but docstrings; what an f-string fills in reads `{}`."""
    return _strings(ast.parse(source))


def _strings(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.JoinedStr(values=parts):
            yield node.lineno, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
            children: list[ast.AST] = [part for part in parts if isinstance(part, ast.FormattedValue)]
        case ast.Constant(value=str(text)):
            yield node.lineno, text
            return
        case _:
            children = list(ast.iter_child_nodes(node))
    for child in children:
        yield from _strings(child)


def sql(source: str) -> list[str]:
    """Strings that are SQL statements: they belong in shared/database/."""
    return [f"{line}: {text}" for line, text in strings(source) if SQL.match(text)]


def too_long(source: str) -> list[str]:
    """An entry point reads, calls one use case, and answers: that takes fewer than 40 lines."""
    lines = len(source.splitlines())
    return [f"{lines} lines"] if lines >= ENTRY_POINT_LINES else []


def own_time(source: str) -> list[str]:
    """Time that does not come from Clock: it would not stand where a test or the sandbox has put it."""
    tree = ast.parse(source)
    imported = [
        (node.lineno, f"from time import {name.name}")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for name in node.names
        if name.name in TIMES["time"]
    ]
    asked = [
        (node.lineno, f"{owner}.{node.attr}")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        for owner in [node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")]
        if node.attr in TIMES.get(owner, ())
    ]
    return [f"{line}: {what}" for line, what in sorted(imported + asked)]


def sql_time(source: str) -> list[str]:
    """Time that the database tells, in a statement."""
    return [f"{line}: {text}" for line, text in strings(source) if SQL.match(text) and SQL_TIME.search(text)]


def without_company(source: str, company_tables: set[str]) -> list[str]:
    """Statements on a company's table whose conditions name no company and that give no reason.

    An INSERT of values needs none: the schema takes no row without a company. Nor does one of what a single company is.
    """
    return [
        f"{line}: {text}" for line, text in strings(source) if SQL.match(text) and _is_for_all(text, company_tables)
    ]


def _is_for_all(statement: str, company_tables: set[str]) -> bool:
    if company_tables.isdisjoint(COMPANY_TABLE.findall(statement)) or FOR_ALL.search(statement):
        return False
    if re.match(r"insert\b(?!.*\bselect\b)", statement, re.IGNORECASE | re.DOTALL):
        return False
    if OF_ONE_COMPANY.match(statement):
        return False
    _, *conditions = re.split(r"\b(?:where|on)\b", statement, maxsplit=1, flags=re.IGNORECASE)
    return not any("company_id" in condition for condition in conditions)
