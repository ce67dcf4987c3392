"""A company's own server: it takes webhooks, verifies each as Standard Webhooks says, and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from sandbox.demo.company import wait_for
from tests.functions.described import undescribed

SECONDS = 20


@dataclass(frozen=True)
class Taken:
    """One call, as it came."""

    headers: dict[str, str]
    text: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def type(self) -> str:
        return str(self.body["type"])

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.text)
        return body

    def verified(self, secret: str) -> Taken:
        """Itself, if it is as described. Raises `WebhookVerificationError` where this secret has not signed it."""
        Webhook(secret).verify(self.text, self.headers)
        assert undescribed(self.type, self.body) == []
        return self


@dataclass
class Receiver:
    url: str
    taken: list[Taken] = field(default_factory=list)
    answers: deque[int] = field(default_factory=deque)
    """The statuses of the next answers; 204 after them."""

    def of(self, *types: str) -> list[Taken]:
        return [one for one in list(self.taken) if one.type in types]

    def wait(self, count: int, *types: str) -> list[Taken]:
        """The first so many of these types, once they have come."""
        found = wait_for(lambda: self.of(*types) if len(self.of(*types)) >= count else None, f"{types}", SECONDS)
        return found[:count]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            receiver.taken.append(Taken({name.lower(): value for name, value in self.headers.items()}, text))
            self.send_response(receiver.answers.popleft() if receiver.answers else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/upup")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
