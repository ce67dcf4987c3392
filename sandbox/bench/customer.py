"""A company with money and a program's key, in a sandbox where what its sends ask for ends at Pub/Sub."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pymysql
from pymysql.cursors import Cursor
from urllib3 import encode_multipart_formdata

from sandbox.bench.clients import Request
from sandbox.inside import Inside
from sandbox.mariadb import Access, connect
from sandbox.run import DATABASE, PROJECT, Run
from sandbox.running import running
from sandbox.soak.customer import TERMS, Customer
from sandbox.stand_ins.grpc_server import serve
from sandbox.stand_ins.pubsub import PubSub, Subscription
from shared.database.queries import money
from shared.database.transactions import Transaction
from shared.domain.ledger import Movement, Purpose

GIFT = "coffee"
MESSAGE = "Hej {{first_name}}! En present till dig: {{link}}"
RICH_ORE = 1_000_000_000_000
_FIRST_TOP_UP_ORE = 100_000


@dataclass(frozen=True)
class Bench:
    """`customer` asks the sandbox's own hosts; `headers` are those of the company's program."""

    run: Run
    customer: Customer
    headers: dict[str, str]
    pubsub: str
    """Where messages are taken and go no further: the address for a function's PUBSUB_ADDRESS."""

    def database(self) -> pymysql.Connection[Cursor]:
        """A connection of the administrator's, committing by itself."""
        return connect(Access.load(self.run.database_file), DATABASE)

    def send(self, recipients: Sequence[dict[str, str]]) -> Request:
        body = json.dumps({**self._send(), "recipients": recipients}).encode()
        return Request("POST", "/v1/sends", self._once() | {"Content-Type": "application/json"}, body)

    def upload(self, file: bytes, **more: str) -> Request:
        """A send with its file of recipients, of whose rows those that are no numbers are skipped."""
        body, content_type = encode_multipart_formdata(
            {
                "send": ("send.json", json.dumps({**self._send(), "on_invalid": "skip", **more}), "application/json"),
                "recipients": ("recipients.csv", file, "text/csv"),
            }
        )
        return Request("POST", "/v1/sends", self._once() | {"Content-Type": content_type}, body)

    def _send(self) -> dict[str, object]:
        consent = {"legal_basis": "consent", "text_version": TERMS}
        return {"gift": GIFT, "sender": "Kaffebaren", "message": MESSAGE, "consent": consent}

    def _once(self) -> dict[str, str]:
        return self.headers | {"Idempotency-Key": secrets.token_hex(16)}


@contextmanager
def bench() -> Iterator[Bench]:
    with running() as at, _messages() as pubsub:
        run, customer = Inside(at).run, Customer(at.web, at.console, "bench@example.com")
        customer.join(0, _FIRST_TOP_UP_ORE)
        key = customer.post("/v1/api-keys", {"name": "bench", "mode": "live"})["key"]
        found = Bench(run, customer, {"Authorization": f"Bearer {key}"}, pubsub)
        _make_rich(found)
        yield found


@contextmanager
def _messages() -> Iterator[str]:
    # A topic that is nobody's but for dead letters takes what is published, and nothing is pushed.
    nobody = Subscription("nobody", "nothing", "", dead_letter_topic="coupons-wanted", max_outstanding=0)
    server = serve(PubSub(PROJECT, [nobody]))
    try:
        yield server.address
    finally:
        server.close()


def _make_rich(found: Bench) -> None:
    """A top-up goes no further than a company's purse would."""
    with found.database() as connection, connection.cursor() as cursor:
        movement = Movement(Purpose.TOP_UP, RICH_ORE)
        money.book(Transaction(cursor), found.customer.account_id, movement, datetime.now(UTC).date())
