"""What a page did that a person does not see: the requests it made, and the errors in its console."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

# A refusal of the API is an answer that pages tell of, but Chromium's console calls it an error.
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass(frozen=True)
class Made:
    """One request of a page, whether or not it was answered."""

    method: str
    url: str
    kind: str
    """`document`, `script`, `stylesheet`, `image`, `xhr`…"""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


@dataclass
class Watch:
    """Follows all pages of the contexts it is attached to."""

    requests: list[Made] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    allowed: list[re.Pattern[str]] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", self._threw)

    def allow(self, pattern: str) -> None:
        """This trouble is what the test is about."""
        self.allowed.append(re.compile(pattern))

    def hosts(self) -> set[str]:
        return {made.host for made in self.requests}

    def unexpected(self) -> list[str]:
        """Errors in the console (violations of the Content-Security-Policy are among them), exceptions not caught."""
        return [text for text in self.trouble if not any(pattern.search(text) for pattern in self.allowed)]

    def _requested(self, request: Request) -> None:
        if urlsplit(request.url).scheme in ("http", "https"):
            self.requests.append(Made(request.method, request.url, request.resource_type))

    def _said(self, message: ConsoleMessage) -> None:
        path = urlsplit(message.location["url"]).path
        if message.type == "error" and not (path.startswith("/v1/") and _REFUSED.match(message.text)):
            self.trouble.append(f"{path}: {message.text}")

    def _threw(self, error: WebError) -> None:
        self.trouble.append(str(error.error))
