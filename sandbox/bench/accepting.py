"""How fast sends are taken in: 100,000 rows at once, and one at a time from many."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from pymysql.cursors import Cursor

from sandbox.bench import served
from sandbox.bench.clients import Load, ask_once, load
from sandbox.bench.customer import Bench, bench
from sandbox.bench.measure import ROUNDS, seconds
from sandbox.bench.result import Result
from sandbox.bench.served import Served
from sandbox.recipients import Recipients, generate

ROWS = 100_000
SMALL = 10_000
OPTED_OUT = 100
"""One such row in so many."""

MOST_MB = 300
MOST_STATEMENTS = 12
CLIENTS = 20
LOAD_SECONDS = 4.0
BARE_SHARE = 0.15
ANSWERED = 201

_COLUMNS = "send_id, position, company_id, state, phone, fingerprint, sealed_values"
_INSERT = f"INSERT INTO bare_deliveries ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True)
class _Round:
    """Seconds for one accepted row: from request to answer, and of its INSERT alone."""

    ours: float
    bare: float


def accept_100k_csv() -> Sequence[Result]:
    """Accepted rows only, as the baseline is the INSERT of the very rows that came of the request."""
    with bench() as company, served.function(company.run, "sends", PUBSUB_ADDRESS=company.pubsub) as sends:
        small, large = generate(SMALL, seed=1), generate(ROWS, seed=2)
        _opt_out(company, [*small.numbers[::OPTED_OUT], *large.numbers[::OPTED_OUT]])
        accept = _Accept(company, sends)
        accept.measure(small)  # what only a process's first send loads, makes and unwraps
        sends.forget_peak()
        rounds = [(accept.measure(small), accept.measure(large)) for _ in range(ROUNDS)]
        peak_mb = sends.peak_mb()
    of_small, of_large = (_median(side) for side in zip(*rounds, strict=True))
    growth = (of_large.ours * 1e6, "ms/1,000 rows", of_small.ours * 1e6, "the same of 10,000", 1.1)
    return [
        Result("accept_100k_csv", 1 / of_large.ours, "rows/s", 1 / of_large.bare, "bare INSERT of the same rows", 0.6),
        Result("accept_100k_csv_growth", *growth),
        Result("accept_100k_csv_memory", peak_mb, "MB", MOST_MB, "the most it may take", 1.0),
    ]


class _Accept:
    """One send by upload, and then what its rows cost by themselves: by turns, in tables that grow alike."""

    def __init__(self, company: Bench, sends: Served) -> None:
        self._company, self._sends = company, sends
        with company.database() as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE bare_deliveries LIKE deliveries")

    def measure(self, recipients: Recipients) -> _Round:
        request = self._company.upload(recipients.file)
        answers: list[bytes] = []
        ours = seconds(lambda: answers.append(ask_once(self._sends.url, request, ANSWERED)))
        sent = json.loads(answers[0])
        with self._company.database() as connection, connection.cursor() as cursor:
            rows = _rows(cursor, sent["id"])
            if len(rows) != sent["recipients"]["accepted"]:
                raise RuntimeError(f"{len(rows)} rows were stored, and {sent['recipients']} were told of")
            connection.autocommit(False)
            bare = seconds(lambda: _insert(cursor, rows))
        return _Round(ours / len(rows), bare / len(rows))


def _insert(cursor: Cursor, rows: list[tuple[Any, ...]]) -> None:
    cursor.executemany(_INSERT, rows)
    cursor.execute("COMMIT")


def _rows(cursor: Cursor, send_id: str) -> list[tuple[Any, ...]]:
    cursor.execute(f"SELECT {_COLUMNS} FROM deliveries WHERE send_id = %s ORDER BY position", (send_id,))
    return list(cursor.fetchall())


def _median(rounds: Sequence[_Round]) -> _Round:
    return _Round(statistics.median(one.ours for one in rounds), statistics.median(one.bare for one in rounds))


def _opt_out(company: Bench, numbers: Sequence[str]) -> None:
    company.customer.post("/v1/opt-outs/import", {"phones": list(numbers)})


def accept_one() -> Sequence[Result]:
    """One instance's worth of the function, against one that does nothing, under the same clients."""
    with (
        bench() as company,
        served.function(company.run, "sends", PUBSUB_ADDRESS=company.pubsub) as sends,
        served.bare(sends.threads) as bare,
    ):
        numbers = count()

        def ours(seconds: float) -> Load:
            return load(sends.url, CLIENTS, seconds, lambda _: company.send([_recipient(next(numbers))]), ANSWERED)

        def theirs(seconds: float) -> Load:
            return load(bare.url, CLIENTS, seconds, lambda _: company.send([_recipient(next(numbers))]))

        ours(1), theirs(1)
        before = _statements(company)
        rounds = [(ours(LOAD_SECONDS), theirs(LOAD_SECONDS)) for _ in range(ROUNDS)]
        statements = (_statements(company) - before) / sum(len(mine.milliseconds) for mine, _ in rounds)
    mine, its = zip(*rounds, strict=True)
    return [
        Result("accept_one", _per_second(mine), "requests/s", _per_second(its), "a bare function's", BARE_SHARE),
        *(
            Result(f"accept_one_p{each}", _ms(mine, each), "ms", _ms(its, each), "a bare function's", 1 / BARE_SHARE)
            for each in (50, 99)
        ),
        Result("accept_one_sql", statements, "statements/request", MOST_STATEMENTS, "the most it may take", 1.0),
    ]


def _recipient(number: int) -> dict[str, str]:
    return {"phone": f"+4670{number:07}", "first_name": "Åshild"}


def _statements(company: Bench) -> int:
    """All that the server has been asked: BEGIN and COMMIT too."""
    with company.database() as connection, connection.cursor() as cursor:
        cursor.execute("SHOW GLOBAL STATUS LIKE 'Questions'")
        return int(cursor.fetchall()[0][1])


def _per_second(loads: Sequence[Load]) -> float:
    return statistics.median(one.per_second for one in loads)


def _ms(loads: Sequence[Load], percent: int) -> float:
    return statistics.median(one.percentile_ms(percent) for one in loads)
