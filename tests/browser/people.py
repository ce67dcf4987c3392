"""How a test's browser becomes somebody."""

from __future__ import annotations

from playwright.sync_api import BrowserContext

from tests.functions.program import Program


def log_in(context: BrowserContext, who: Program) -> None:
    """Gives the browser the session that the program has; the way through the mail has a test of its own."""
    cookies = [cookie for cookie in who.session.cookies if cookie.name == "session"]
    assert cookies, "the program is not logged in"
    context.add_cookies([{"name": "session", "value": cookies[0].value or "", "url": who.at.web, "httpOnly": True}])
