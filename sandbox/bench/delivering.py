"""From accepted to sent: one text a call with suppliers that take 50 ms, and in bulk with suppliers that take none.

Held against a bare loop of the very calls that the suppliers got. Receipts are not sent: `receipts` is about them.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import pymysql
from pymysql.cursors import Cursor
from requests import Session
from requests.adapters import HTTPAdapter

from sandbox.bench.measure import by_turns
from sandbox.bench.result import Result
from sandbox.inside import Inside
from sandbox.mariadb import Access, connect
from sandbox.run import DATABASE, Run
from sandbox.running import running
from sandbox.soak.customer import MESSAGE, TERMS, Customer
from shared.domain.chunks import IN_FLIGHT, SIZE

USERS = ("fn-issue-coupons", "fn-send-sms")
GIFT = "coffee"
TOP_UP_ORE = 50_000_000
LATENCY_SECONDS = 0.05
LEKAB_CONCURRENCY = 16  # the default of the setting, which is that of production
SINGLE_RECIPIENTS, BATCH_RECIPIENTS = 1_600, 5_000
TEXT = "Hej Ingegärd! En present till dig: http://127.0.0.1:20000/g/0123456789abcdefghijklmnopqrst"
NO_RECEIPTS = {"RECEIPT_SECONDS": "86400"}
PATIENCE_SECONDS = 120

Json = dict[str, Any]
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Line:
    """A company with money in a sandbox, and its database."""

    run: Run
    customer: Customer
    connection: pymysql.Connection[Cursor]
    _numbers: Iterator[int]

    def numbers(self, how_many: int) -> list[str]:
        """Nobody's in this sandbox yet."""
        return [f"+4670{next(self._numbers):07d}" for _ in range(how_many)]

    def deliver(self, how_many: int) -> float:
        """Seconds from the answer to the upload until the last is sent."""
        send_id = self.accept(how_many)
        began = time.perf_counter()
        while self.value("SELECT state = 'done' FROM sends WHERE id = %s", send_id) != 1:
            if time.perf_counter() - began > PATIENCE_SECONDS:
                raise TimeoutError(f"{send_id} is not done")
            time.sleep(0.02)
        seconds = time.perf_counter() - began
        self.expect("sent", self.value("SELECT COUNT(*) FROM deliveries"))
        return seconds

    def accept(self, how_many: int) -> str:
        rows = [f"{number};Ingegärd" for number in self.numbers(how_many)]
        consent = {"legal_basis": "consent", "text_version": TERMS}
        send = {"gift": GIFT, "sender": "Kaffebaren", "message": MESSAGE, "consent": consent}
        file = "\n".join(("Mobilnummer;Förnamn", *rows)).encode()
        status, answer = self.customer.upload("/v1/sends", send, file, "recipients.csv")
        if status != 201:
            raise RuntimeError(f"answered {status}: {answer}")
        return str(answer["id"])

    def expect(self, state: str, how_many: int) -> None:
        """Raises RuntimeError unless so many deliveries are in the state: what did not work is not fast."""
        found = self.value("SELECT COUNT(*) FROM deliveries WHERE state = %s", state)
        if found != how_many:
            raise RuntimeError(f"{found} deliveries are {state}, and {how_many} should be")

    def rows(self, sql: str, *values: object) -> list[Row]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def value(self, sql: str, *values: object) -> int:
        """The number that is found, 0 for none."""
        return int(next((row[0] for row in self.rows(sql, *values)), 0) or 0)

    def count_statements(self) -> None:
        self.rows("SET GLOBAL userstat = 1")

    def statements(self, *users: str) -> int:
        """Those that these users have sent since `count_statements`, BEGIN and COMMIT among them."""
        return self.value(
            "SELECT SUM(select_commands + update_commands + other_commands) FROM information_schema.user_statistics"
            " WHERE user IN %s",
            users,
        )


@contextmanager
def line(environment: Mapping[str, str], top_ups: int) -> Iterator[Line]:
    with running(environment) as at:
        run = Inside(at).run
        customer = Customer(at.web, at.console, "bench@example.com")
        customer.join(0, TOP_UP_ORE)
        for _ in range(top_ups - 1):
            customer.top_up(TOP_UP_ORE)
        with connect(Access.load(run.database_file), DATABASE) as connection:
            yield Line(run, customer, connection, count(1_000_000))


class Supplier:
    """Bare calls to a stand-in, over as many kept connections as calls are made at once."""

    def __init__(self, url: str, at_once: int, headers: Mapping[str, str] | None = None) -> None:
        self._url = url
        self._session = Session()
        self._session.trust_env = False
        self._session.headers.update(headers or {})
        self._session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=at_once))

    def post(self, path: str, body: Json) -> Json:
        answer = self._session.post(f"{self._url}{path}", json=body, timeout=PATIENCE_SECONDS)
        answer.raise_for_status()
        found: Json = answer.json()
        return found


def lekab(run: Run, at_once: int) -> Supplier:
    return Supplier(f"http://127.0.0.1:{run.lekab_port}/restsms/lekabrest", at_once)


def clearon(run: Run, at_once: int) -> Supplier:
    headers = {"Authorization": f"Bearer {run.clearon_api_key}"}
    return Supplier(f"http://127.0.0.1:{run.clearon_port}", at_once, headers)


def login(run: Run) -> Json:
    return {"username": run.lekab_username, "password": run.lekab_password, "from": "Kaffebaren"}


def bare_single(line: Line, how_many: int) -> None:
    """One `/send` a text, as many at once as one instance makes."""
    supplier, body = lekab(line.run, LEKAB_CONCURRENCY), login(line.run) | {"message": TEXT}
    with ThreadPoolExecutor(LEKAB_CONCURRENCY) as threads:
        list(threads.map(lambda to: supplier.post("/send", body | {"to": [to]}), line.numbers(how_many)))


def bare_batches(line: Line, how_many: int) -> None:
    """A chunk's calls one after the other, and two chunks at once: as a send's are."""
    sms, coupons, body = lekab(line.run, IN_FLIGHT), clearon(line.run, IN_FLIGHT), login(line.run)

    def chunk(numbers: Sequence[str]) -> None:
        wanted = [
            {"reference": f"cpn_{secrets.token_hex(8)}", "product": GIFT, "valid_until": "2030-01-01"} for _ in numbers
        ]
        coupons.post("/coupons", {"coupons": wanted})
        taken = sms.post("/batchsend/json", body | {"batch": [{"t": to, "m": TEXT} for to in numbers]})
        sms.post("/status", body | {"batchid": taken["batchid"]})

    numbers = line.numbers(how_many)
    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        list(threads.map(chunk, (numbers[at : at + SIZE] for at in range(0, how_many, SIZE))))


def deliver_single() -> Sequence[Result]:
    with line(NO_RECEIPTS | {"SUPPLIER_SECONDS": str(LATENCY_SECONDS)}, top_ups=1) as given:
        given.deliver(SIZE)  # connections and imports
        number = SINGLE_RECIPIENTS
        times = by_turns(lambda: given.deliver(number), lambda: bare_single(given, number))
    name = f"bare loop of the calls, {LEKAB_CONCURRENCY} at once, 50 ms each"
    return [Result("deliver_single", number / times.ours, "deliveries/s", number / times.baseline, name, 0.80)]


def deliver_batch() -> Sequence[Result]:
    with line(NO_RECEIPTS | {"LEKAB_BATCH": "true"}, top_ups=2) as given:
        given.deliver(SIZE)
        number = BATCH_RECIPIENTS
        times = by_turns(lambda: given.deliver(number), lambda: bare_batches(given, number))
        statements = _statements(given, number)
    return [
        Result("deliver_batch", number / times.ours, "deliveries/s", number / times.baseline, "bare batch calls", 0.25),
        Result("deliver_batch_statements", statements, "statements a delivery", 1, "one a delivery", 0.1),
    ]


def _statements(given: Line, number: int) -> float:
    """Of the two functions, a delivery."""
    given.count_statements()
    before = given.statements(*USERS)
    given.deliver(number)
    return (given.statements(*USERS) - before) / number
