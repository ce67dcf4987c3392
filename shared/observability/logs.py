"""Log lines: each is one JSON object on standard output, which Cloud Logging reads as a structured entry.

Beside what it says a line names the function, the trace and the ids of what the work at hand is about.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from msgspec.json import encode

from shared.observability.context import current

GOOGLE = "logging.googleapis.com"

_project = ""


def of_project(project: str) -> None:
    """Whose traces the lines name, from now on."""
    global _project  # one process has one project, and whoever writes a line has no parts at hand
    _project = project


def fault(message: str, severity: str = "ERROR", **where: str) -> None:
    """One line of what went wrong, as a log may hold it. An ERROR is for a person to look at."""
    tell({"severity": severity, **where, "message": message})


def tell(facts: Mapping[str, str | int]) -> None:
    """One line of the work at hand."""
    write({**_belongs(), **facts})


def write(facts: Mapping[str, Any]) -> None:
    """One line that belongs to nothing."""
    sys.stdout.write(_json({"severity": "INFO", **facts}) + "\n")
    sys.stdout.flush()


def _json(facts: Mapping[str, Any]) -> str:
    try:
        return encode(facts).decode()
    except UnicodeEncodeError:  # half a letter, which no UTF-8 has
        return json.dumps(facts)


def _belongs() -> dict[str, Any]:
    work = current()
    if work is None:
        return {}
    return {
        f"{GOOGLE}/trace": f"projects/{_project}/traces/{work.trace.trace_id}",
        f"{GOOGLE}/spanId": work.trace.span_id,
        f"{GOOGLE}/trace_sampled": work.trace.sampled,
        "function": work.function,
        **work.ids,
    }
