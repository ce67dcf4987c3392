"""What a deployment needs of infra/functions.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

KINDS = {"routes": "http", "topic": "pubsub", "topics": "pubsub", "schedule": "schedule"}


@dataclass(frozen=True)
class Row:
    kind: str
    routes: tuple[str, ...]


def functions(table: Path) -> dict[str, Row]:
    """Each function by its name."""
    rows = yaml.safe_load(table.read_text("utf-8"))["functions"]
    return {
        name: Row(KINDS[next(iter(row["trigger"]))], tuple(row["trigger"].get("routes", ())))
        for name, row in rows.items()
    }


def service(function: str) -> str:
    """Its service's name at Google, which takes no underscores."""
    return function.replace("_", "-")
