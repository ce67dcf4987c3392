"""Companies' servers are called where the open internet is, once resolved and pinned, and not for long."""

import datetime as dt
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks import Webhook

from shared.ports import WebhookAnswer, WebhookCall, WebhookTrouble
from shared.privacy.webhook_secrets import new_secret
from shared.providers.webhook_caller import HttpWebhookCaller, system_resolve
from tests.providers.odd_server import Answer, OddServer, closed_url, odd_server

SECRETS = (new_secret(), new_secret())
BODY = '{"type":"test.ping","timestamp":"2026-11-23T11:00:00Z","data":{"test":true}}'
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
SECONDS = 0.5


@dataclass
class FakeDns:
    """Gives its answers one after the other, the last one for good."""

    answers: Sequence[Sequence[str]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        found = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if not found:
            raise socket.gaierror
        return found


@contextmanager
def serving(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does whatever `serve` does with each connection; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    serve(connection)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def call(
    url: str, *, dns: FakeDns | None = None, loopback: bool = True, tls: ssl.SSLContext | None = None
) -> WebhookAnswer:
    caller = HttpWebhookCaller(SECONDS, loopback=loopback, resolve=dns or system_resolve, tls=tls)
    return caller.call(WebhookCall(url, "evt_one", BODY, SECRETS))


def received_whole(connection: socket.socket) -> bytes:
    """All of a call. Who closes before has the other side's line broken, and not ended."""
    text = b""
    while not text.endswith(BODY.encode()):
        text += connection.recv(65536)
    return text


def test_a_call_is_a_post_whose_signature_each_secret_verifies() -> None:
    received: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        received.append(received_whole(connection))
        connection.sendall(OK)

    with serving(serve) as port:
        answer = call(f"http://127.0.0.1:{port}/hooks?to=upup")
    head, _, body = received[0].decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    assert (answer.status, answer.trouble, answer.is_good) == (200, None, True)
    assert (first, headers["host"]) == ("POST /hooks?to=upup HTTP/1.1", f"127.0.0.1:{port}")
    assert headers["webhook-id"] == "evt_one" and len(headers["webhook-signature"].split()) == 2
    for secret in SECRETS:
        assert Webhook(secret).verify(body, headers)["data"] == {"test": True}


@pytest.mark.parametrize(
    "addresses",
    [
        ["10.0.0.8"],
        ["127.0.0.1"],
        ["169.254.169.254"],
        ["100.64.0.1"],
        ["0.0.0.0"],  # noqa: S104 - refused, not bound
        ["::1"],
        ["fd00::1"],
        ["fe80::1%eth0"],
        ["::ffff:93.184.216.34"],
        ["64:ff9b::5db8:d822"],
        ["64:ff9b:1::a00:1"],
        ["2002:a00:1::1"],
        ["2001:0:a00:1::1"],
        ["224.0.0.1"],
        ["fec0::1"],
        ["93.184.216.34", "192.168.0.1"],
    ],
)
def test_a_name_that_leads_to_any_address_but_public_ones_is_not_called(addresses: list[str]) -> None:
    answer = call("https://receiver.example/", dns=FakeDns([addresses]), loopback=False)
    assert (answer.status, answer.trouble) == (None, WebhookTrouble.REFUSED_ADDRESS)


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/",
        "https://user:word@receiver.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://localhost/",
        "https://metadata.google.internal/",
        "ftp://receiver.example/",
        "https://receiver.example/\r\nX-More: 1",
    ],
)
def test_an_address_that_may_not_be_called_is_not_even_looked_up(url: str) -> None:
    dns = FakeDns([["93.184.216.34"]])
    assert call(url, dns=dns, loopback=False).trouble is WebhookTrouble.REFUSED_ADDRESS
    assert dns.asked == []


def test_a_name_is_looked_up_once_and_the_call_goes_to_that_address() -> None:
    dns = FakeDns([["127.0.0.1"], ["10.0.0.8"]])
    with odd_server() as odd:
        port = odd.url.rpartition(":")[2]
        assert call(f"http://receiver.example:{port}/hooks", dns=dns).status == 200
        assert [path for path, _ in odd.asked] == ["hooks"] and dns.asked == ["receiver.example"]
        assert call(f"http://receiver.example:{port}/hooks", dns=dns).trouble is WebhookTrouble.REFUSED_ADDRESS
        assert len(odd.asked) == 1


def test_the_second_address_is_called_where_the_first_does_not_answer(odd: OddServer) -> None:
    port = odd.url.rpartition(":")[2]
    answer = call(f"http://receiver.example:{port}/hooks", dns=FakeDns([["127.0.0.2", "127.0.0.1"]]))
    assert answer.status == 200


def test_a_redirect_is_an_answer_and_not_followed(odd: OddServer) -> None:
    with odd_server() as within:
        odd.answer = Answer(302, headers={"Location": f"{within.url}/secret"})
        answer = call(f"{odd.url}/hooks")
        assert (answer.status, answer.is_good, within.asked) == (302, False, [])


def test_no_proxy_of_the_environment_is_used(odd: OddServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, closed_url())
    assert call(f"{odd.url}/hooks").status == 200


def drip(connection: socket.socket) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000:
        connection.sendall(bytes([byte]))
        time.sleep(0.05)


def interim_for_ever(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.01)


def silence(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


@pytest.mark.parametrize("serve", [drip, interim_for_ever, silence])
def test_a_call_is_over_in_its_time_however_slowly_the_other_side_answers(
    serve: Callable[[socket.socket], None],
) -> None:
    with serving(serve) as port:
        answer = call(f"http://127.0.0.1:{port}/")
    assert (answer.status, answer.trouble) == (None, WebhookTrouble.TIMEOUT)
    assert SECONDS * 1000 <= answer.duration_ms < SECONDS * 1000 + 700


def huge_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def dripping_body(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    time.sleep(SECONDS * 2)


@pytest.mark.parametrize("serve", [huge_body, dripping_body])
def test_an_answers_body_is_not_waited_for(serve: Callable[[socket.socket], None]) -> None:
    with serving(serve) as port:
        answer = call(f"http://127.0.0.1:{port}/")
    assert answer.status == 200 and answer.duration_ms < SECONDS * 1000


def endless_headers(connection: socket.socket) -> None:
    received_whole(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        connection.sendall(b"X-%d: 1\r\n" % number)


def another_protocol(connection: socket.socket) -> None:
    received_whole(connection)
    connection.sendall(b"220 mail.example ESMTP\r\n")


def hangs_up(connection: socket.socket) -> None:
    received_whole(connection)


@pytest.mark.parametrize("serve", [endless_headers, another_protocol, hangs_up])
def test_what_is_no_answer_of_http_is_named(serve: Callable[[socket.socket], None]) -> None:
    with serving(serve) as port:
        answer = call(f"http://127.0.0.1:{port}/")
    assert (answer.status, answer.trouble) == (None, WebhookTrouble.NOT_HTTP)


def test_a_host_that_is_not_there_and_a_name_without_an_address_are_told_apart() -> None:
    assert call(closed_url()).trouble is WebhookTrouble.NO_CONNECTION
    assert call("https://receiver.example/", dns=FakeDns([[]])).trouble is WebhookTrouble.NO_SUCH_HOST


@dataclass
class Authority:
    """A certificate authority of the test's own, and a server's certificate for one name."""

    folder: Path
    name: str = "receiver.example"

    def __post_init__(self) -> None:
        ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        ca_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test authority")])
        ca = self._build(ca_name, ca_name, ca_key.public_key(), x509.BasicConstraints(True, None), ca_key)
        own = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.name)])
        names = x509.SubjectAlternativeName([x509.DNSName(self.name)])
        certificate = self._build(ca_name, own, key.public_key(), names, ca_key)
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        self._file = self.folder / "server.pem"
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        self._file.write_bytes(private + certificate.public_bytes(pem))
        self.client = ssl.create_default_context(cadata=ca.public_bytes(pem).decode())

    @staticmethod
    def _build(
        issuer: x509.Name,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        extension: x509.ExtensionType,
        signing: ec.EllipticCurvePrivateKey,
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
        builder = builder.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
        return builder.add_extension(extension, critical=True).sign(signing, hashes.SHA256())

    @contextmanager
    def serving(self) -> Iterator[tuple[int, list[str | None]]]:
        """A server's port, and the names that it was asked for."""
        context, asked = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), list[str | None]()
        context.load_cert_chain(self._file)
        context.sni_callback = lambda _socket, name, _context: asked.append(name)

        def serve(connection: socket.socket) -> None:
            with context.wrap_socket(connection, server_side=True) as secured:
                received_whole(secured)
                secured.sendall(OK)

        with serving(serve) as port:
            yield port, asked


def test_a_certificate_must_be_for_the_name_and_from_an_authority_we_know(tmp_path: Path) -> None:
    authority, dns = Authority(tmp_path), FakeDns([["127.0.0.1"]])
    with authority.serving() as (port, asked):
        good = call(f"https://receiver.example:{port}/", dns=dns, tls=authority.client)
        other = call(f"https://other.example:{port}/", dns=dns, tls=authority.client)
        unknown = call(f"https://receiver.example:{port}/", dns=dns)
    assert (good.status, asked[0]) == (200, "receiver.example")
    assert other.trouble is unknown.trouble is WebhookTrouble.CERTIFICATE


def test_a_server_without_tls_is_told_nothing() -> None:
    received: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        received.append(connection.recv(65536))
        connection.sendall(OK)

    with serving(serve) as port:
        answer = call(f"https://receiver.example:{port}/", dns=FakeDns([["127.0.0.1"]]))
    assert answer.trouble is WebhookTrouble.TLS and b"evt_one" not in b"".join(received)
