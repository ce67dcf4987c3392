"""A supplier that does what no stand-in would: odd answers, silence, a connection cut half-way."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request

from sandbox.stand_ins.web import WebServer

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True)
class Answer:
    """`body` as JSON, or as it is where it is text."""

    status: int
    body: object = ""
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return Response(text, self.status, self.headers, mimetype="application/json")


@dataclass
class OddServer:
    """Gives `answer` to every call, or the one of its path or body; keeps what it was asked. `silent` never answers."""

    answer: Answer = field(default_factory=lambda: Answer(200, {}))
    by_path: dict[str, Answer] = field(default_factory=dict)
    by_body: Callable[[Any], Answer] | None = None
    silent: bool = False
    asked: list[tuple[str, Any]] = field(default_factory=list)
    url: str = ""

    def __post_init__(self) -> None:
        self.released = threading.Event()
        self.app = Flask(__name__)
        self.app.add_url_rule("/<path:path>", view_func=self._take, methods=METHODS)

    def bodies(self, path: str) -> list[Any]:
        return [body for asked, body in self.asked if asked == path]

    def _take(self, path: str) -> Response:
        self.asked.append((path, request.get_json(silent=True)))
        if self.silent:
            self.released.wait(30)
        if self.by_body is not None:
            return self.by_body(request.get_json()).response()
        return self.by_path.get(path, self.answer).response()


@contextmanager
def odd_server() -> Iterator[OddServer]:
    odd = OddServer()
    server = WebServer(odd.app)
    odd.url = server.url
    yield odd
    odd.released.set()
    server.close()


@contextmanager
def cutting_server() -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads each request and hangs up; its URL, and what it has read."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    received.append(connection.recv(65536))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", received
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def closed_url() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"
