"""Which topics a function's code can publish to: what it names, followed through shared/ from name to name.

It sees that a path exists, never that it is taken; who publishes nothing by name, as a relay, is not seen.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from shared.domain import topics
from shared.domain.topics import TOPICS
from tests.architecture.rules_source import ROOT

PUT = "shared.database.queries.outbox.put"
"""All that is ever published goes through this."""
COMPOSITION_ROOT = "shared.app."
"""Knows every part; what a function uses of them it names itself."""
TOPIC_NAMES = {f"{topics.__name__}.{name}": value for name, value in vars(topics).items() if value in TOPICS}

Named = Mapping[str, frozenset[str]]
"""By full name what is defined somewhere, with all that it names there."""


def topics_within_reach(place: str) -> set[str]:
    """Topics of the messages that the function at `folder/name` may write; empty where it writes none."""
    found = within_reach(place)
    return {TOPIC_NAMES[one] for one in found & TOPIC_NAMES.keys()} if PUT in found else set()


def within_reach(place: str) -> set[str]:
    """The full names of all that the code of the function at `folder/name` names, and of what that names in turn."""
    return _within_reach(_module(ROOT / f"functions/{place}.py"), _defined())


def _within_reach(module: Named, defined: Named) -> set[str]:
    found: set[str] = set()
    ahead = set().union(*module.values())
    while ahead:
        one = ahead.pop()
        found.add(one)
        if not one.startswith(COMPOSITION_ROOT):
            ahead |= defined.get(one, frozenset()) - found
    return found


@cache
def _defined() -> Named:
    files = [file for file in ROOT.glob("shared/**/*.py") if file.stem != "__init__"]
    return {name: named for file in files for name, named in _module(file).items()}


def _module(file: Path) -> Named:
    """What a module defines at its top; what it does there goes by the module's own name."""
    tree = ast.parse(file.read_text("utf-8"))
    module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    known = _imported(tree) | {name: f"{module}.{name}" for statement in tree.body for name in _names_of(statement)}
    named: dict[str, frozenset[str]] = {}
    for statement in tree.body:
        for name in _names_of(statement) or [""]:
            full = f"{module}.{name}"
            named[full] = named.get(full, frozenset()) | frozenset(_named_in(statement, known))
    return named


def _imported(tree: ast.Module) -> dict[str, str]:
    return {
        one.asname or one.name: f"{node.module}.{one.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    }


def _names_of(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _named_in(node: ast.AST, known: Mapping[str, str]) -> Iterator[str]:
    for one in ast.walk(node):
        match one:
            case ast.Name(id=name) if name in known:
                yield known[name]
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in known:
                yield f"{known[module]}.{name}"
