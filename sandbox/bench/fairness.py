"""Small companies beside a large one: how long they wait for their sends, and how many connections all of it takes.

The small ones send first alone, then while the large one is under way. BIG=1 has 50 of 2,000 beside one of 100,000.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pymysql
from pymysql.cursors import Cursor

from sandbox.bench.result import Result
from sandbox.demo.company import wait_for
from sandbox.inside import Inside
from sandbox.mariadb import Access, connect
from sandbox.run import DATABASE
from sandbox.running import Addresses, running
from sandbox.soak.customer import MESSAGE, TERMS, Customer
from shared.settings import DatabaseSettings

NO_RECEIPTS = {"RECEIPT_SECONDS": "86400"}  # `receipts` is about them
BALANCE_ORE = 90_000_000
GIFT, OF_THE_LARGE = "ice_cream", 4
PATIENCE_SECONDS = 1800
AT_ONCE = 4
TWICE_AS_LONG = 2.0
OWNER = "fn-%"
"""Each function logs in as itself."""


@dataclass(frozen=True)
class Sizes:
    companies: int
    recipients: int
    large: int


DEFAULT = Sizes(companies=8, recipients=200, large=10_000)
BIG = Sizes(companies=50, recipients=2_000, large=100_000)


def fair_small_sends() -> Sequence[Result]:
    sizes = BIG if os.environ.get("BIG") == "1" else DEFAULT
    with running(NO_RECEIPTS) as at, ThreadPoolExecutor(AT_ONCE) as threads:
        world = World(at, Inside(at))
        small = list(threads.map(world.company, range(1, sizes.companies + 1)))
        large = world.company(0, top_ups=OF_THE_LARGE if sizes.large > DEFAULT.large else 1)
        with connections(world.inside) as most:
            alone = world.last_sent(list(threads.map(lambda one: world.send(one, sizes.recipients), small)))
            send_id = world.send(large, sizes.large)
            wait_for(lambda: world.sent(send_id), "the large send's first SMS")
            beside = world.last_sent(list(threads.map(lambda one: world.send(one, sizes.recipients), small)))
            left = sizes.large - world.sent(send_id)
    if left <= 0:
        raise RuntimeError("the large send was over before the small ones")
    pool = float(DatabaseSettings.database_connections)
    what = f"the same without a send of {sizes.large:,} beside them"
    return [
        Result("fair_small_sends", max(beside), "seconds", max(alone), what, TWICE_AS_LONG),
        Result("fair_small_sends_connections", max(most.values()), "connections", pool, "a function's pool", 1.0),
    ]


@dataclass(frozen=True)
class World:
    at: Addresses
    inside: Inside

    def company(self, number: int, top_ups: int = 1) -> Customer:
        """Active, and with money."""
        company = Customer(self.at.web, self.at.console, f"fair-{number}@example.com")
        company.join(number, BALANCE_ORE)
        for _ in range(top_ups - 1):
            company.top_up(BALANCE_ORE)
        wait_for(lambda: company.get("/v1/account")["balance_ore"] == top_ups * BALANCE_ORE, "the top-ups")
        return company

    def send(self, company: Customer, recipients: int) -> str:
        """Accepted; returns its id."""
        rows = "".join(f"0{700_000_000 + row * 97};Kund {row % 50}\n" for row in range(recipients))
        consent = {"legal_basis": "consent", "text_version": TERMS}
        body = {"gift": GIFT, "sender": "Kaffebaren", "message": MESSAGE, "consent": consent}
        status, answer = company.upload("/v1/sends", body, f"telefon;namn\n{rows}".encode(), "kunder.csv")
        if status != 201:
            raise RuntimeError(f"answered {status}: {answer}")
        return str(answer["id"])

    def sent(self, send_id: str) -> int:
        return self.inside.value("SELECT COUNT(sent_at) FROM deliveries WHERE send_id = %s", send_id)

    def last_sent(self, send_ids: list[str]) -> list[float]:
        """Of each, the seconds from its acceptance until its last SMS was handed over."""
        under_way = "SELECT COUNT(*) FROM sends WHERE id IN %s AND state <> 'done'"
        wait_for(lambda: self.inside.value(under_way, send_ids) == 0, "the small sends", PATIENCE_SECONDS)
        rows = self.inside.rows(
            "SELECT TIMESTAMPDIFF(MICROSECOND, s.created_at, MAX(d.sent_at)) / 1000000, COUNT(*) - COUNT(d.sent_at)"
            " FROM sends s JOIN deliveries d ON d.send_id = s.id WHERE s.id IN %s GROUP BY s.id, s.created_at",
            send_ids,
        )
        if any(unsent for _, unsent in rows):
            raise RuntimeError("not all of them were sent")
        return [float(seconds) for seconds, _ in rows]


@contextmanager
def connections(inside: Inside) -> Iterator[dict[str, int]]:
    """The most connections that each function has had at once by the end of the block, by its user at the database."""
    most: dict[str, int] = {}
    over = threading.Event()
    thread = threading.Thread(target=_watch, args=(connect(Access.load(inside.run.database_file)), most, over))
    thread.start()
    try:
        yield most
    finally:
        over.set()
        thread.join()


def _watch(connection: pymysql.Connection[Cursor], most: dict[str, int], over: threading.Event) -> None:
    asked = "SELECT user, COUNT(*) FROM information_schema.processlist WHERE db = %s AND user LIKE %s GROUP BY user"
    with connection, connection.cursor() as cursor:
        while not over.wait(0.05):
            cursor.execute(asked, (DATABASE, OWNER))
            for user, number in cursor.fetchall():
                most[user] = max(most.get(user, 0), number)
