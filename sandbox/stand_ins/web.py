"""What the HTTP stand-ins share: a server on a loopback port, and a sender of callbacks that tries again."""

from __future__ import annotations

import heapq
import itertools
import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

import urllib3
from flask import Response
from waitress import wasyncore
from waitress.channel import ClientDisconnected
from waitress.server import create_server

from sandbox.stand_ins.faults import Broken, Cut, Faults, ProviderFaults

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logging.getLogger("waitress").setLevel(logging.CRITICAL)  # a long queue is normal here, and a stand-in "down" too

STOCKHOLM = ZoneInfo("Europe/Stockholm")
THREADS = 64
MAX_CONNECTIONS = 2_000


class Clock(Protocol):
    """The sandbox's time, which may be moved; aware and in UTC."""

    def now(self) -> datetime: ...


class RefusalError(Exception):
    """Answered as `{"error": …}` with its status, in an app that has `refuse` as the handler of it."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status


def refuse(refusal: RefusalError) -> Response:
    return json_answer({"error": str(refusal)}, refusal.status)


def json_answer(body: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")


def rfc3339(moment: datetime) -> str:
    """A moment in UTC as the product's API writes it: 2026-11-23T09:00:00Z."""
    return moment.isoformat().replace("+00:00", "Z")


def with_faults(app: WSGIApplication, faults: ProviderFaults) -> WSGIApplication:
    """The app, each of whose calls suffers what the faults do to it; the app itself knows nothing of them."""

    def suffering(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            return faults.suffer(lambda: list(app(environ, start_response)))
        except Broken:
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"Internal Server Error"]
        except Cut:
            raise ClientDisconnected from None  # what makes waitress close the connection without an answer

    return suffering


def with_latency(app: WSGIApplication, seconds: float) -> WSGIApplication:
    """The app, each of whose calls takes so long."""

    def late(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        time.sleep(seconds)
        return app(environ, start_response)

    return late if seconds else app


class WebServer:
    """Serves `app` on 127.0.0.1 from a thread of this process, from the moment it is made until `close`.

    `port` 0 takes a free one. `close` refuses new connections and cuts the open ones, as a supplier that
    is down does; `open` serves again on the same port. Both may be called twice.
    """

    def __init__(self, app: WSGIApplication, port: int = 0) -> None:
        self._app = app
        self._thread: threading.Thread | None = None
        self.port = port
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        if self._thread is not None:
            return
        self._server = create_server(
            self._app,
            host="127.0.0.1",
            port=self.port,
            threads=THREADS,
            connection_limit=MAX_CONNECTIONS,
            asyncore_use_poll=True,
            ident=None,
        )
        self.port = self._server.effective_port
        self._thread = threading.Thread(target=self._server.run, name=f"web-{self.port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        if self._thread is None:
            return
        trigger_pulled = threading.Event()

        def close_sockets() -> None:
            trigger_pulled.wait()  # the trigger is one of the sockets
            wasyncore.close_all(self._server._map, ignore_all=True)

        # waitress has no close for a running server: its loop ends when it has no socket left, and only
        # its own thread may take them away.
        self._server.trigger.pull_trigger(close_sockets)
        trigger_pulled.set()
        self._thread.join(timeout=5)
        self._server.task_dispatcher.shutdown(timeout=1)
        self._thread = None


def _no_headers() -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Callback:
    """One HTTP call to make; `headers` is asked anew at each try, so that a signature is never old."""

    method: str
    url: str
    body: bytes | None = None
    headers: Callable[[], Mapping[str, str]] = _no_headers


class CallbackSender:
    """Makes HTTP calls in the background, each after its own delay, again with backoff until a 2xx.

    A call is given up after `tries`. Calls overtake each other: nothing keeps their order.
    The faults make some of them twice, or later than others.
    """

    def __init__(
        self,
        faults: ProviderFaults | None = None,
        *,
        workers: int = 8,
        tries: int = 12,
        first_backoff: float = 0.25,
        max_backoff: float = 30.0,
    ) -> None:
        self._faults = faults or Faults().of("")
        self._tries = tries
        self._first_backoff = first_backoff
        self._max_backoff = max_backoff
        self._http = urllib3.PoolManager(maxsize=workers, block=True, retries=False, timeout=urllib3.Timeout(10))
        self._waiting: list[tuple[float, int, Callback, int]] = []  # due, order, what, tries made
        self._order = itertools.count()
        self._unfinished = 0
        self._changed = threading.Condition()
        self._closed = False
        self._due: queue.SimpleQueue[tuple[Callback, int] | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        self._threads.append(threading.Thread(target=self._release_what_is_due, daemon=True))
        for thread in self._threads:
            thread.start()

    def send(self, callback: Callback, delay: float = 0.0) -> None:
        """Make this call in `delay` seconds of real time."""
        self.send_all([(callback, delay)])

    def send_all(self, callbacks: Iterable[tuple[Callback, float]]) -> None:
        now = time.monotonic()
        with self._changed:
            for callback, delay in callbacks:
                due = now + delay + (self._faults.delay("reorder") or 0.0)
                self._start(due, callback)
                if (later := self._faults.delay("duplicate")) is not None:
                    self._start(due + later, callback)

    def pending(self) -> int:
        """How many calls are neither answered with a 2xx nor given up."""
        with self._changed:
            return self._unfinished

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds until nothing is pending; False if something still is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._unfinished == 0, timeout)

    def close(self) -> None:
        """Stop; what is pending is dropped."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for _ in self._threads:
            self._due.put(None)
        for thread in self._threads:
            thread.join(timeout=1)
        self._http.clear()

    def _start(self, due: float, callback: Callback) -> None:
        self._unfinished += 1
        self._wait_until(due, callback, 0)

    def _wait_until(self, due: float, callback: Callback, tries: int) -> None:
        entry = (due, next(self._order), callback, tries)
        heapq.heappush(self._waiting, entry)
        if self._waiting[0] is entry:
            self._changed.notify_all()

    def _release_what_is_due(self) -> None:
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                while self._waiting and self._waiting[0][0] <= now:
                    _, _, callback, tries = heapq.heappop(self._waiting)
                    self._due.put((callback, tries))
                self._changed.wait(self._waiting[0][0] - now if self._waiting else None)

    def _work(self) -> None:
        while (due := self._due.get()) is not None and not self._closed:
            callback, tries = due
            self._finish(callback, tries + 1, self._is_received(callback))

    def _is_received(self, callback: Callback) -> bool:
        try:
            answer = self._http.request(
                callback.method,
                callback.url,
                body=callback.body,
                headers=callback.headers(),
                redirect=False,
            )
        except urllib3.exceptions.HTTPError:
            return False
        return 200 <= answer.status < 300

    def _finish(self, callback: Callback, tries: int, received: bool) -> None:
        with self._changed:
            if received or tries >= self._tries:
                self._unfinished -= 1
                if self._unfinished == 0:
                    self._changed.notify_all()
                return
            backoff = min(self._first_backoff * 2 ** (tries - 1), self._max_backoff)
            self._wait_until(time.monotonic() + backoff, callback, tries)
