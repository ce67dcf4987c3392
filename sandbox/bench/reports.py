"""How a report of 100,000 rows leaves: at once, as it is read, and without growing the function."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

from sandbox.bench import served
from sandbox.bench.clients import ask_once
from sandbox.bench.customer import Bench, bench
from sandbox.bench.measure import ROUNDS
from sandbox.bench.result import Result
from sandbox.bench.served import Served
from sandbox.recipients import Recipients, generate

ROWS = 100_000
SMALL = 10_000
FIRST_ROW_SECONDS = 0.3
GROWTH = 1.2
ACCEPTED = 201
_TIMEOUT_SECONDS = 120
_PIECE = 64 * 1024

# As the pipeline leaves them: a coupon of its own each, and what phones and tills have said.
_COUPONS = (
    "INSERT INTO coupons (id, company_id, gift_code, hold_id, value_ore, state, valid_until, requested_on, unwanted)"
    " SELECT CONCAT('cpn_', RIGHT(send_id, 8), LPAD(position, 8, '0')), company_id, 'coffee', '', 3500, 'issued',"
    " CURRENT_DATE + INTERVAL 90 DAY, CURRENT_DATE, FALSE FROM deliveries WHERE send_id = %s"
)
_DELIVERED = (
    "UPDATE deliveries SET state = 'delivered', coupon_id = CONCAT('cpn_', RIGHT(send_id, 8), LPAD(position, 8, '0')),"
    " sealed_values = NULL, sent_at = NOW(6), delivered_at = NOW(6) WHERE send_id = %s"
)


@dataclass(frozen=True)
class _Report:
    """`first`: seconds to the first row; `peak_mb`: the most that the function held meanwhile."""

    first: float
    peak_mb: float


def dump_one_company_report() -> Sequence[Result]:
    with bench() as company, served.function(company.run, "send_report") as report:
        small, large = (_delivered(company, generate(rows, seed=rows)) for rows in (SMALL, ROWS))
        _read(report, company, small)  # what only a process's first report loads
        rounds = [(_read(report, company, small), _read(report, company, large)) for _ in range(ROUNDS)]
    of_small, of_large = (
        _Report(median(one.first for one in side), median(one.peak_mb for one in side))
        for side in zip(*rounds, strict=True)
    )
    growth = (of_large.peak_mb, "MB", of_small.peak_mb, "the same of 10,000", GROWTH)
    return [
        Result("dump_one_company_report", of_large.first, "seconds", FIRST_ROW_SECONDS, "the most it may take", 1.0),
        Result("dump_one_company_report_memory", *growth),
    ]


def _delivered(company: Bench, recipients: Recipients) -> tuple[str, int]:
    """A send that has come to its end, and its rows."""
    later = (datetime.fromisoformat(company.customer.console("/api/clock")["now"]) + timedelta(days=1)).isoformat()
    with served.function(company.run, "sends", PUBSUB_ADDRESS=company.pubsub) as sends:
        sent = json.loads(ask_once(sends.url, company.upload(recipients.file, scheduled_at=later), ACCEPTED))
    with company.database() as connection, connection.cursor() as cursor:
        cursor.execute(_COUPONS, (sent["id"],))
        cursor.execute(_DELIVERED, (sent["id"],))
        cursor.execute("UPDATE sends SET state = 'done' WHERE id = %s", (sent["id"],))
    return sent["id"], sent["recipients"]["accepted"]


def _read(report: Served, company: Bench, send: tuple[str, int]) -> _Report:
    """Raises RuntimeError for a report that is not whole, or comes in one piece."""
    send_id, rows = send
    connection = HTTPConnection(urlsplit(report.url).netloc, timeout=_TIMEOUT_SECONDS)
    report.forget_peak()
    started = time.perf_counter()
    connection.request("GET", f"/v1/sends/{send_id}/report.csv", headers=company.headers)
    answer = connection.getresponse()
    answer.readline()  # the columns' names
    lines = 1 if answer.readline() else 0
    first = time.perf_counter() - started
    while piece := answer.read(_PIECE):
        lines += piece.count(b"\n")
    connection.close()
    if lines != rows or not answer.chunked:
        raise RuntimeError(f"{lines} of {rows} rows came, {answer.status}, chunked: {answer.chunked}")
    return _Report(first, report.peak_mb())
