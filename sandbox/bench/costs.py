"""What a million deliveries use of Google Cloud, counted in a run of some thousands, times infra/prices.yaml.

Each delivery is accepted from a file, issued, sent, receipted, opened twice (as a page, and by a program that reads the
code), redeemed and encrypted. Two sends of different sizes tell what grows by the delivery and what by the send. What
does not grow is not in it (jobs that find nothing, machines that wait): docs/deploy.md has a month's whole bill.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pymysql
import requests
from pymysql.cursors import Cursor

from infra.release import costs
from sandbox.bench.meter import Meter, Units
from sandbox.bench.result import Result
from sandbox.inside import Inside
from sandbox.mariadb import Access, connect
from sandbox.run import DATABASE, Run
from sandbox.running import running
from sandbox.soak.customer import MESSAGE, TERMS, Customer

MILLION = 1_000_000
COMPANIES = 300
"""Of so many deliveries, as infra/prices.yaml has it."""
SHOWN = ("requests", "SQL statements", "messages", "calls to keys", "vCPU seconds")
SEND_SIZES = (500, 2_000)
A_SEND = 1_000
"""How many deliveries each send of the million has."""
GIFTS = 50
"""So many are opened and redeemed."""
BALANCE_ORE = 90_000_000
LEAST_MESSAGE_BYTES = 1_000
"""Pub/Sub counts no message as less, once when it is published and once when it is pushed."""
REQUEST_LOG_BYTES = 1_200
"""A request's line, as Cloud Run and the load balancer each write one: assumed."""
PAGE_FILES = 3
"""What a gift's page has the CDN asked for: no function, but Cloud Armor counts it."""
PATIENCE_SECONDS = 180


def cost_per_million() -> Sequence[Result]:
    prices, counted = costs.read(), count()
    units = counted.of_a_million()
    found = {name: costs.of_units(prices, name, amount) for name, amount in units.items() if name in prices["google"]}
    estimated = {name: costs.of_units(prices, name, costs.growing(prices, name, MILLION, COMPANIES)) for name in found}
    total = sum(found.values())
    print("\n".join([*told(prices, units, found), *counted.told()]), flush=True)
    whole = Result("cost_per_million", total, "dollars", sum(estimated.values()), "as estimated in prices.yaml", 1.0)
    lines = [
        Result(f"cost_per_million, {name}", amount, "dollars", estimated[name], f"the same; {amount / total:.0%}", 1.0)
        for name, amount in found.items()
    ]
    return [whole, *lines]


def told(prices: dict[str, Any], units: Units, found: Mapping[str, float]) -> list[str]:
    """A line each: kronor and their share, the suppliers' beside Google's; and what was counted."""
    kronor = {name: amount * prices["sek_a_dollar"] for name, amount in found.items()}
    kronor |= {name: costs.cost(line, "production", MILLION, 0) for name, line in prices["suppliers"].items()}
    total = sum(kronor.values())
    lines = [f"  {name:<24} {amount:>12,.1f} kr {amount / total:>9.4%}" for name, amount in kronor.items()]
    lines += [f"  {name:<24} {amount:>12,.0f}" for name, amount in units.items() if name not in found]
    return ["1,000,000 deliveries:", *lines]


@dataclass(frozen=True)
class Counted:
    """What each part of a delivery's way uses; `each_send` is what a send takes whatever its size."""

    parts: dict[str, Units]
    each_send: Units

    def of_a_million(self) -> Units:
        """By the lines of infra/prices.yaml where there is one."""
        return _named(_sum(_times(_sum(*self.parts.values()), MILLION), _times(self.each_send, MILLION / A_SEND)))

    def told(self) -> list[str]:
        rows = {**{f"a delivery, {name}": part for name, part in self.parts.items()}, "a send": self.each_send}
        return [
            f"  {name:<34}" + ", ".join(f"{units.get(one, 0):,.4g} {one}" for one in SHOWN)
            for name, units in rows.items()
        ]


def count() -> Counted:
    with running() as at, connect(Access.load(Inside(at).run.database_file), DATABASE) as connection:
        company = Customer(at.web, at.console, "costs@example.com")
        company.join(0, BALANCE_ORE)
        work = _Work(Inside(at).run, company, connection)
        meter = Meter(work.run, company)
        sends = [meter.count(partial(work.deliver, size)) for size in SEND_SIZES]
        opened = meter.count(work.open_and_redeem)
        encrypted = meter.count(work.encrypt, ("schedule",))
    each_delivery, each_send = _growth(*sends)
    parts = {
        "accepted to receipted": each_delivery,
        "opened and redeemed": _times(opened, 1 / GIFTS),
        "encrypted": _times(encrypted, 1 / sum(SEND_SIZES)),
    }
    return Counted(parts, each_send)


def _growth(small: Units, large: Units) -> tuple[Units, Units]:
    """(for each delivery, for each send), neither of them less than nothing."""
    few, many = SEND_SIZES
    slope = {name: max(0.0, (amount - small.get(name, 0)) / (many - few)) for name, amount in large.items()}
    return slope, {name: max(0.0, small.get(name, 0) - each * few) for name, each in slope.items()}


def _sum(*all_units: Units) -> Units:
    return {name: sum(units.get(name, 0) for units in all_units) for units in all_units for name in units}


def _times(units: Units, factor: float) -> Units:
    return {name: amount * factor for name, amount in units.items()}


def _named(units: Units) -> Units:
    request_logs = units["request logs"] * REQUEST_LOG_BYTES
    return {
        "functions, processors": units["vCPU seconds"],
        "functions, memory": units["GiB seconds"],
        "functions, requests": units["requests"] / MILLION,
        "Cloud Armor, requests": units["requests from outside"] / MILLION + PAGE_FILES,
        "messages": units["messages"] * LEAST_MESSAGE_BYTES / 2**30,
        "calls to keys": units["calls to keys"],
        "logs": (units["log bytes"] + request_logs) / 2**30,
        "requests of functions": units["requests"],
        "messages, in and out": units["messages"],
        "SQL statements": units["SQL statements"],
    }


@dataclass
class _Work:
    """Each piece returns how many statements are its own."""

    run: Run
    company: Customer
    connection: pymysql.Connection[Cursor]
    session: requests.Session = field(default_factory=requests.Session)

    def deliver(self, size: int) -> int:
        """From the upload until each SMS has its receipt."""
        rows = "".join(f"0{700_000_000 + row * 97};Kund {row % 50}\n" for row in range(size))
        consent = {"legal_basis": "consent", "text_version": TERMS}
        body = {"gift": "coffee", "sender": "Kaffebaren", "message": MESSAGE, "consent": consent}
        status, answer = self.company.upload("/v1/sends", body, f"telefon;namn\n{rows}".encode(), "kunder.csv")
        if status != 201:
            raise RuntimeError(f"answered {status}: {answer}")
        arrived = "SELECT COUNT(*) FROM deliveries WHERE send_id = %s AND state = 'delivered'"
        return self._until(arrived, answer["id"], size)

    def open_and_redeem(self) -> int:
        texts = [one["message"] for one in self.company.console("/api/sms", limit="500")["items"]]
        tokens = [text.partition("/g/")[2].split()[0] for text in texts if "/g/" in text][:GIFTS]
        for token in tokens:
            self.session.get(f"{self.run.public_url}/g/{token}", timeout=10).raise_for_status()
            code = self.company.get(f"/v1/gift/{token}")["code"]
            self.company.console("/api/till/redeem", {"code": code["value"] if isinstance(code, dict) else code})
        return self._until(
            "SELECT COUNT(*) FROM coupons WHERE company_id = %s AND state = 'redeemed'",
            self.company.account_id,
            len(tokens),
        )

    def encrypt(self) -> int:
        """All sends, as though their days were over."""
        with self.connection.cursor() as cursor:
            cursor.execute("UPDATE sends SET encrypt_at = created_at")
        url = f"http://127.0.0.1:{self.run.schedule_functions_port}/encrypt_expired"
        self.session.post(url, json={}, timeout=PATIENCE_SECONDS).raise_for_status()
        return 1 + self._until(
            "SELECT COUNT(*) FROM deliveries WHERE company_id = %s AND record IS NOT NULL",
            self.company.account_id,
            sum(SEND_SIZES),
        )

    def _until(self, sql: str, argument: str, number: int) -> int:
        """Polls; how often."""
        deadline, polls = time.monotonic() + PATIENCE_SECONDS, 0
        with self.connection.cursor() as cursor:
            while time.monotonic() < deadline:
                polls += 1
                cursor.execute(sql, (argument,))
                if cursor.fetchall()[0][0] == number:
                    return polls
                time.sleep(0.2)
        raise TimeoutError(f"not within {PATIENCE_SECONDS} s: {sql}")
