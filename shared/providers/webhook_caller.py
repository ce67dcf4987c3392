"""Calls to companies' own servers after Standard Webhooks: signed, to the open internet alone, and not for long.

A host's name is looked up once, every address that it has must be public, and the call goes to one of just these: who
names a public address first and a private one then gains nothing. No proxy is used, no redirect followed, and the
answer's body is not read.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

import certifi

from shared.domain.webhook import is_public
from shared.domain.webhook_endpoint import fault_of
from shared.observability.spans import span
from shared.ports import WebhookAnswer, WebhookCall, WebhookTrouble
from shared.privacy.webhook_secrets import signatures

MOST_ADDRESSES = 4
PORTS = {"https": 443, "http": 80}

Resolve = Callable[[str, int], Sequence[str]]
"""From a host's name and a port to its addresses. Raises `OSError` for a name that has none."""


class _NotCalled(Exception):
    def __init__(self, trouble: WebhookTrouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def system_resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class HttpWebhookCaller:
    """`loopback`: HTTP and this machine may be called too (development only)."""

    def __init__(
        self,
        timeout_seconds: float,
        *,
        loopback: bool = False,
        resolve: Resolve = system_resolve,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._timeout_seconds = timeout_seconds
        self._loopback = loopback
        self._resolve = resolve
        self._tls = tls or ssl.create_default_context(cafile=certifi.where())

    def call(self, call: WebhookCall) -> WebhookAnswer:
        began = time.monotonic()
        status, trouble = None, None
        try:
            with span("webhook", "client") as told:
                status = told["http.response.status_code"] = self._post(call, began + self._timeout_seconds)
        except _NotCalled as error:
            trouble = error.trouble
        except TimeoutError:
            trouble = WebhookTrouble.TIMEOUT
        except ssl.SSLCertVerificationError:
            trouble = WebhookTrouble.CERTIFICATE
        except ssl.SSLError:
            trouble = WebhookTrouble.TLS
        except http.client.HTTPException:
            trouble = WebhookTrouble.NOT_HTTP
        except OSError:
            trouble = WebhookTrouble.NO_CONNECTION
        return WebhookAnswer(status, trouble, int((time.monotonic() - began) * 1000))

    def _post(self, call: WebhookCall, deadline: float) -> int:
        """The answer's status."""
        if fault_of(call.url, loopback=self._loopback):
            raise _NotCalled(WebhookTrouble.REFUSED_ADDRESS)
        parts = urlsplit(call.url)
        host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
        with _connect(self._addresses(host, port), port, deadline) as connected:
            if parts.scheme == "http":
                return _ask(connected, parts, call, deadline)
            connected.settimeout(_left(deadline))
            with self._tls.wrap_socket(connected, server_hostname=host) as secured:
                return _ask(secured, parts, call, deadline)

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """All of them may be called. Where one may not, none is: it is no mistake that it is there."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):  # the latter for a name that cannot be one
            raise _NotCalled(WebhookTrouble.NO_SUCH_HOST) from None
        if not found or not all(map(self._may_be_called, found)):
            raise _NotCalled(WebhookTrouble.REFUSED_ADDRESS)
        return found

    def _may_be_called(self, address: str) -> bool:
        return is_public(address) or (self._loopback and ipaddress.ip_address(address).is_loopback)


def _connect(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """To the first that answers, in an equal share of the time that is left."""
    tried = addresses[:MOST_ADDRESSES]
    for place, address in enumerate(tried):
        try:
            return socket.create_connection((address, port), timeout=_left(deadline) / (len(tried) - place))
        except OSError:
            if place == len(tried) - 1:
                raise
    raise AssertionError("there is always an address")


def _ask(connected: socket.socket, parts: SplitResult, call: WebhookCall, deadline: float) -> int:
    # the receiver compares it with its own clock, so it is the real time and not the product's
    timestamp = int(time.time())
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "User-Agent": "UpUp-Webhooks",
        "Connection": "close",
        "webhook-id": call.message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures(call.secrets, call.message_id, timestamp, call.body),
    }
    asking = http.client.HTTPConnection(str(parts.hostname))
    asking.auto_open = 0  # over this connection or none
    asking.sock = connected
    connected.settimeout(_left(deadline))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    asking.request("POST", target, call.body.encode(), headers)
    answer = http.client.HTTPResponse(_Timed(connected, deadline), method="POST")  # type: ignore[arg-type] # it only reads
    answer.begin()
    return answer.status


class _Timed(io.RawIOBase):
    """Reads a connection until a moment: however slowly the other side drips, the whole takes no longer."""

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._connected = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connected.settimeout(_left(self._deadline))
        return self._connected.recv_into(buffer)

    def makefile(self, mode: str) -> Any:
        return io.BufferedReader(self)


def _left(deadline: float) -> float:
    """Seconds. Raises `TimeoutError` where there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
