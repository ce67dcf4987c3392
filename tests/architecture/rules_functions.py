"""Rules of infra/functions.yaml, against the functions on disk. Each names what breaks it."""

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from shared import settings
from shared.environment import Group, Setting, settings_of
from tests.architecture.rules_source import ROOT

Table = dict[str, dict[str, Any]]

SIZE = {"memory", "cpu", "concurrency", "connections", "min_instances", "max_instances", "timeout_seconds"}
FIELDS = {"trigger", "secrets"} | SIZE
MAY_HAVE = {"audit_log", "buckets", "database", "keys", "publishes", "size", "staff", "unlogged"}
FOLDERS = {"routes": "http", "topic": "pubsub", "topics": "pubsub", "schedule": "schedule"}
ACK_MARGIN_SECONDS = 10
"""A message's ack deadline is its function's time-out and this: the function has given up before it comes again."""
LONGEST_ACK_SECONDS = 600
"""Pub/Sub's own limit."""


def read_table() -> Table:
    """Each function with its size's fields where it says nothing of its own."""
    whole = yaml.safe_load((ROOT / "infra/functions.yaml").read_text("utf-8"))
    return {name: whole["sizes"][row["size"]] | row for name, row in whole["functions"].items()}


def read_jobs() -> Table:
    """What runs as an account of its own and is no function."""
    jobs: Table = yaml.safe_load((ROOT / "infra/functions.yaml").read_text("utf-8"))["jobs"]
    return jobs


def sources() -> dict[str, str]:
    """Each function's source by `folder/name`."""
    files = [file for file in ROOT.glob("functions/*/*.py") if file.stem != "__init__"]
    return {f"{file.parent.name}/{file.stem}": file.read_text("utf-8") for file in files}


def out_of_step(table: Table, files: Iterable[str]) -> set[str]:
    """Functions that are only in the table or only on disk, or in another folder than their trigger's."""
    listed = {f"{FOLDERS.get(kind, kind)}/{name}" for name, row in table.items() for kind in row.get("trigger", ["?"])}
    return listed ^ set(files)


def incomplete(table: Table) -> set[str]:
    """Functions without each of the fields once, and exactly one trigger."""
    return {
        name
        for name, row in table.items()
        if set(row) - MAY_HAVE != FIELDS or len(row["trigger"]) != 1 or not set(row["trigger"]) <= set(FOLDERS)
    }


def impatient(table: Table, supplier_seconds: int) -> set[str]:
    """Functions of messages that end before their supplier's call, or whose message comes again before they end."""
    return {
        name
        for name, row in table.items()
        if FOLDERS[next(iter(row["trigger"]))] == "pubsub"
        and not supplier_seconds < row["timeout_seconds"] <= LONGEST_ACK_SECONDS - ACK_MARGIN_SECONDS
    }


def wrong_secrets(table: Table, files: Mapping[str, str]) -> dict[str, set[str]]:
    """Per function the secrets that it needs and does not get, or gets and does not need."""
    needed = {Path(place).name: secrets_of(source) for place, source in files.items()}
    wrong = {name: set(row["secrets"]) ^ needed.get(name, set()) for name, row in table.items()}
    return {name: secrets for name, secrets in wrong.items() if secrets}


def secrets_of(source: str) -> set[str]:
    """The secrets of production among the settings that a function names."""
    groups: tuple[type[Group], ...] = (settings.CoreSettings, *groups_of(source))
    return {name for group in groups for name, facts in facts_of(group).items() if facts.secret and not facts.local}


def groups_of(source: str) -> tuple[type[Group], ...]:
    """The groups of settings that a function's source names."""
    names = [node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)]
    return tuple(group for group in settings.GROUPS if group.__name__ in names)


def facts_of(group: type[Group]) -> dict[str, Setting]:
    """What is known of each setting of a group, by its name in the environment."""
    return {name.upper(): one for name, one in settings_of(group).items()}


def needs_key_service(source: str) -> bool:
    """Whether a function names settings with which it can reach the key service."""
    return names_group(source, settings.KeySettings)


def key_rights(table: Table) -> set[tuple[str, str, str]]:
    """(key, right, function) of all that the table gives."""
    return {
        (key, right, name)
        for name, row in table.items()
        for key, rights in row.get("keys", {}).items()
        for right in rights
    }


def names_group(source: str, group: type) -> bool:
    """Whether a function names this group of settings, or one that holds all of it."""
    return any(issubclass(one, group) for one in groups_of(source))


def misled(table: Table, files: Mapping[str, str]) -> set[str]:
    """Paths that a function answers, and that the table leads to another function or to none."""
    return {
        f"{name} {path}"
        for name, source in ((Path(place).name, source) for place, source in files.items())
        for path in _paths(source)
        if function_of(table, path) != name
    }


def _paths(source: str) -> list[str]:
    """The second argument of each `@api.route`."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    routes = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "route"]
    return [ast.literal_eval(call.args[1]) for call in routes]


def function_of(table: Table, path: str) -> str | None:
    """Whose the path is: an exact route's or a template's, else the longest `/*`'s, as the load balancer has it."""
    routes = {route: name for name, row in table.items() for route in row["trigger"].get("routes", [])}
    template = re.sub("<[^>]*>", "*", path)
    for exact in (path, template if not template.endswith("/*") else path):
        if exact in routes:
            return routes[exact]
    fitting = [route for route in routes if route.endswith("/*") and path.startswith(route[:-1])]
    return routes[max(fitting, key=len)] if fitting else None
