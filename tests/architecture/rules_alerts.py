"""Rules of infra/alerts.yaml and infra/metrics.yaml, against the code's figures, the functions and docs/runbook.md."""

import ast
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import yaml
from cronsim import CronSim

from sandbox.clock import STOCKHOLM
from tests.architecture.rules_source import ROOT

Alerts = dict[str, dict[str, Any]]

KINDS = ({"figure"}, {"log"}, {"query"}, {"silent"}, {"burns"}, {"uptime"})
SEVERITIES = {"CRITICAL", "ERROR", "WARNING"}
OWNERS = {"operations", "privacy", "money", "staff"}
LONGEST = timedelta(hours=25)
"""What Cloud Monitoring looks back on in an alert."""

STAYS = timedelta(hours=23, minutes=30)
"""The longest that something may have to hold before it is told of."""

AN_ALERTS = ["Means", "See", "Do"]
OTHERS = ["When", "See", "Do"]
"""Of an entry without an alert: when somebody needs it."""

_ALERTING = re.compile(r"\b(?:must|should) be 0\b|\balert on any\b", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def read_yaml(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "infra" / name).read_text("utf-8"))
    return found


def span(text: str) -> timedelta:
    """Of 90s, 10m or 25h."""
    return timedelta(seconds=int(text[:-1]) * _SECONDS[text[-1]])


def malformed(alerts: Alerts) -> set[str]:
    """Alerts that do not watch exactly one thing for a time that Google takes, or are nobody's."""
    return {
        name
        for name, alert in alerts.items()
        if sum(kind <= set(alert) for kind in KINDS) != 1
        or not alert.get("title")
        or alert.get("severity") not in SEVERITIES
        or alert.get("owner") not in OWNERS
        or ("figure" in alert) != ("above" in alert)
        or (bool({"query", "silent"} & set(alert)) and "for" not in alert)
        or span(alert.get("for", "0s")) > STAYS
    }


def promising(source: str) -> set[str]:
    """Figures of which their enumeration says that they must be 0, or that any is to be told of."""
    body = next(node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)).body
    return {
        value
        for member, text in pairwise(body)
        if isinstance(member, ast.Assign) and (value := _constant(member.value)) and _ALERTING.search(_doc(text))
    }


def _doc(node: ast.stmt) -> str:
    return (_constant(node.value) or "") if isinstance(node, ast.Expr) else ""


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def labels_given(sources: Iterable[str]) -> dict[str, set[str]]:
    """By name of a Metric, the labels that its lines get where the call names it."""
    found: dict[str, set[str]] = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.Call(args=[ast.Attribute(value=ast.Name(id="Metric"), attr=name), *_], keywords=keywords):
                    found.setdefault(name, set()).update(one.arg for one in keywords if one.arg)
    return found


@cache
def pause(cron: str) -> timedelta:
    """The longest between two times of a schedule, over the days around both changes of the clock."""
    return max(_longest(cron, datetime(2026, month, 24, tzinfo=STOCKHOLM)) for month in (3, 10))


def _longest(cron: str, since: datetime) -> timedelta:
    """Within the eight days from then."""
    times, end = CronSim(cron, since), since + timedelta(days=8)
    found, last = timedelta(0), next(times).astimezone(UTC)
    while last < end:
        at = next(times).astimezone(UTC)
        found, last = max(found, at - last), at
    return found


def entries(runbook: str) -> dict[str, list[str]]:
    """By anchor, what the parts of each entry are called."""
    found: dict[str, list[str]] = {}
    for heading, text in re.findall(r"^### ([^\n]+)\n(.*?)(?=^##|\Z)", runbook, re.MULTILINE | re.DOTALL):
        found[heading.lower().replace(" ", "-")] = re.findall(r"^\*\*(\w+)\.\*\* \S", text, re.MULTILINE)
    return found


def wrong_entries(alerts: Iterable[str], found: Mapping[str, list[str]]) -> set[str]:
    """Alerts without a whole entry, and entries of which nobody says what they are for."""
    anchors = {name.replace("_", "-") for name in alerts}
    missing = anchors - set(found)
    return missing | {name for name, parts in found.items() if parts != (AN_ALERTS if name in anchors else OTHERS)}
