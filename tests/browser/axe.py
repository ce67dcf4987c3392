"""axe-core's judgement of a page as it stands: WCAG 2.2, levels A and AA."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).resolve().parents[2] / ".npm" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def axe(page: Page, *but: str) -> None:
    """Fails with each violation and where it is. `but`: rules that are not asked, each with a reason at the call."""
    found = violations(page, *but)
    assert not found, "\n".join(found)


def violations(page: Page, *but: str) -> list[str]:
    """The debugger puts axe into the page, as a reader's extension is put there: no policy of the page is relaxed."""
    options = {"runOnly": TAGS, "resultTypes": ["violations"], "rules": {rule: {"enabled": False} for rule in but}}
    session = page.context.new_cdp_session(page)
    if not _evaluate(session, "'axe' in window"):
        _evaluate(session, _source())
    result = _evaluate(session, f"axe.run({json.dumps(options)})")
    session.detach()
    assert result["passes"], "axe looked at nothing"
    return [
        f"{found['id']} ({found['help']}): {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


@cache
def _source() -> str:
    return SOURCE.read_text("utf-8")


def _evaluate(session: Any, expression: str) -> Any:
    answer = session.send("Runtime.evaluate", {"expression": expression, "awaitPromise": True, "returnByValue": True})
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")
