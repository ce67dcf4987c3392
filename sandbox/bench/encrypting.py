"""`encrypt_expired`, as it is deployed, against the two things that it cannot do without."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pymysql
import requests
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pymysql.cursors import Cursor

from sandbox.bench import served
from sandbox.bench.delivered import Delivered, deliver
from sandbox.bench.measure import ROUNDS, median, seconds
from sandbox.bench.result import Result
from sandbox.bench.served import Served
from sandbox.clock import SandboxClock
from sandbox.inside import columns_but
from sandbox.mariadb import Access, connect
from sandbox.run import DATABASE
from sandbox.running import running
from shared.database.queries import deliveries
from shared.database.transactions import Transaction
from shared.privacy.envelope import RECORD_BYTES, SEALED_BYTES
from shared.use_cases.privacy.encrypt_expired_deliveries import ROWS_AT_ONCE

COMPANIES = 5
DAYS = 2
ROWS_A_SEND = 50_000
SIZES = SMALL, MIDDLE, LARGE = 10_000, 100_000, 1_000_000
MOST_BESIDE = MIDDLE
"""As many rows at most does the UPDATE alone get: a part of a million is as good as all of it."""

NOT_DUE = timedelta(days=10)
SHARE = 0.6
MOST_GROWTH = 1.2
SECONDS = 3600
NO_KEY = 1_000_000_000
"""A data key that nobody has."""


@dataclass(frozen=True)
class _Round:
    """Rows a second of a run and of the UPDATE alone; what else the run took."""

    ours: float
    update: float
    peak_mb: float
    kms_calls: int


def encrypt_1m() -> Sequence[Result]:
    with running() as at:
        companies = [deliver(at, number) for number in range(COMPANIES)]
        run = companies[0].run
        # the sandbox's clock says what is due, at whatever hour this runs: it is read once a run
        with served.function(run, "encrypt_expired", CLOCK_OFFSET_FILE=str(run.clock_file)) as function:
            bench = _Bench(companies, function)
            bench.measure(COMPANIES * DAYS)  # what only a process's first run loads
            small = [bench.measure(SMALL) for _ in range(ROUNDS)]
            middle, large = bench.measure(MIDDLE), bench.measure(LARGE)
    rounds, first = (*small, middle, large), _median(small)
    calls, wanted = sum(one.kms_calls for one in rounds), COMPANIES * DAYS * len(rounds)
    dearer = max(middle, large, key=lambda one: 1 / one.ours)
    aes = _aes_alone()
    return [
        *(_speed(one, aes, size) for one, size in zip((first, middle, large), SIZES, strict=True)),
        Result("encrypt_1m_growth", 1e6 / dearer.ours, "ms/1,000 rows", 1e6 / first.ours, f"of {SMALL:,}", MOST_GROWTH),
        Result("encrypt_1m_memory", large.peak_mb, "MB", first.peak_mb, f"of {SMALL:,}", MOST_GROWTH),
        Result("encrypt_1m_kms", calls, "calls", wanted, "companies × send days × runs", 1),
    ]


def _speed(one: _Round, aes: float, size: int) -> Result:
    slower = "the UPDATE alone" if one.update < aes else "AES-GCM alone"
    return Result(f"encrypt_1m_{size}", one.ours, "rows/s", min(one.update, aes), slower, SHARE)


def _median(rounds: Sequence[_Round]) -> _Round:
    return sorted(rounds, key=lambda one: one.ours / one.update)[len(rounds) // 2]


class _Bench:
    """Rows are copies of a real send's, and of all companies."""

    def __init__(self, companies: Sequence[Delivered], function: Served) -> None:
        self._companies = companies
        self._function = function
        self._run = companies[0].run
        self._made = 0

    def measure(self, rows: int) -> _Round:
        """The UPDATE alone is of rows among those of the run, made with them, whose time is not over."""
        size = min(ROWS_A_SEND, rows // (COMPANIES * DAYS))
        beside = self._fill(rows // size, min(rows, MOST_BESIDE) // size, size)
        before = self._companies[0].kms_encrypt()
        self._function.forget_peak()
        taken = seconds(lambda: self.encrypt(rows))
        peak_mb, calls = self._function.peak_mb(), self._companies[0].kms_encrypt() - before
        return _Round(rows / taken, len(beside) * size / self._update_alone(beside, size), peak_mb, calls)

    def encrypt(self, rows: int = 0) -> None:
        answer = requests.post(self._function.url, timeout=SECONDS)
        if answer.status_code != requests.codes.ok or answer.json()["rows"] != rows:
            raise RuntimeError(f"encrypt_expired answered {answer.status_code}: {answer.text}")

    def _fill(self, due: int, beside: int, size: int) -> list[str]:
        """Sends of which so many are due, on several days, and so many stand evenly among them; these ones' ids."""
        now = SandboxClock(self._run.clock_file).now()
        ids = []
        with self._database() as connection, connection.cursor() as cursor:
            # rows that are there already when it begins are no part of the run's own binary log
            cursor.execute("SET SESSION unique_checks = 0, sql_log_bin = 0")
            for place in range(due):
                self._copy(cursor, place, size, now + timedelta(minutes=30, days=-(place // COMPANIES % DAYS)))
                if (place + 1) * beside // due > place * beside // due:
                    ids.append(self._copy(cursor, place, size, now + NOT_DUE))
                connection.commit()
        return ids

    def _copy(self, cursor: Cursor, place: int, size: int, limit: datetime) -> str:
        self._made += 1
        return _copy_send(cursor, self._companies[place % COMPANIES], f"snd_{self._made:016d}", size, limit)

    def _update_alone(self, sends: Sequence[str], size: int) -> float:
        """Seconds of the product's own statements that put records in place of numbers, as many rows at once, with
        records that are there already."""
        record, taken = os.urandom(SEALED_BYTES), 0.0
        with self._database() as connection, connection.cursor() as cursor:
            for send in sends:
                cursor.execute("SELECT company_id FROM sends WHERE id = %s", (send,))
                ((company_id,),) = cursor.fetchall()
                for first in range(1, size + 1, ROWS_AT_ONCE):
                    rows = [(at, record) for at in range(first, min(first + ROWS_AT_ONCE, size + 1))]
                    taken += seconds(partial(_update, connection, cursor, company_id, send, rows))
                cursor.execute("UPDATE sends SET encrypted_at = created_at, hold_id = NULL WHERE id = %s", (send,))
                connection.commit()
        return taken

    def _database(self) -> pymysql.Connection[Cursor]:
        connection = connect(Access.load(self._run.database_file), DATABASE)
        connection.autocommit(False)
        return connection


def _update(
    connection: pymysql.Connection[Cursor],
    cursor: Cursor,
    company_id: str,
    send: str,
    rows: Sequence[tuple[int, bytes]],
) -> None:
    deliveries.encrypt(Transaction(cursor), company_id, send, NO_KEY, rows)
    connection.commit()


def _aes_alone() -> float:
    """Records a second that are sealed, each with a nonce and a place of its own."""
    key, record = AESGCM(AESGCM.generate_key(bit_length=256)), os.urandom(RECORD_BYTES)

    def seal() -> None:
        for row in range(MIDDLE):
            key.encrypt(os.urandom(12), record, b"%d" % row)

    return MIDDLE / median(lambda: seconds(seal))


def _copy_send(cursor: Cursor, given: Delivered, send: str, size: int, limit: datetime) -> str:
    rest = columns_but(cursor, "sends", "id", "accepted", "encrypt_at", "created_at")
    cursor.execute(
        f"INSERT INTO sends (id, accepted, encrypt_at, created_at, {rest})"
        f" SELECT %s, %s, %s, %s - INTERVAL 30 DAY, {rest} FROM sends WHERE id = %s",
        (send, size, limit, limit, given.send_id),
    )
    rest = columns_but(cursor, "deliveries", "send_id", "position", "phone", "fingerprint", "coupon_id", "sms_ref")
    number = send.removeprefix("snd_").lstrip("0")
    cursor.execute(
        f"INSERT INTO deliveries (send_id, position, phone, fingerprint, coupon_id, sms_ref, {rest})"
        " SELECT %s, seq, CONCAT('+4670', LPAD(seq, 7, '0')), UNHEX(SHA2(CONCAT(%s, seq), 256)),"
        f" CONCAT('cpn_', LPAD(%s, 8, '0'), LPAD(seq, 8, '0')), CONCAT(%s, '-', seq), {rest}"
        " FROM deliveries d, seq_1_to_1000000 WHERE seq <= %s AND d.send_id = %s AND d.position = 1",
        (send, send, number, send, size, given.send_id),
    )
    return send
