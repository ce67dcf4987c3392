"""A million expired rows are encrypted with flat memory, and with one call to the key service a company and day.

It takes minutes, and so runs only with BIG=1: `BIG=1 pytest -s tests/end_to_end/test_a_million_rows.py`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from pymysql.cursors import Cursor

from sandbox import functions_table
from sandbox.clock import SandboxClock
from sandbox.inside import columns_but
from sandbox.machine import CHECKOUT
from sandbox.mariadb import Access
from sandbox.running import running
from sandbox.settings import environment
from shared.database.connection import connect
from tests.functions.insider import Insider
from tests.functions.program import PHONES, Json, Program, a_company

SIZES = (10_000, 100_000, 1_000_000)
COMPANIES = 5
ROWS_A_SEND = 50_000
MOST_MB = 200
GROWTH_MB = 20
"""What a hundred times the rows may add."""

pytestmark = pytest.mark.skipif(
    os.environ.get("BIG") != "1", reason="a million rows take minutes: set BIG=1 to encrypt them"
)


@dataclass
class World:
    """Companies with one real send each, which the others are copies of."""

    insider: Insider
    companies: list[Program]
    templates: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def kms_encrypt(self) -> int:
        return int(self.companies[0].console("/api/stats")["kms"]["encrypt"])


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with running() as at:
        world = World(Insider(at), [a_company(at, 1_000_000) for _ in range(COMPANIES)])
        for company in world.companies:
            send = company.send(PHONES[0])
            company.delivered(send)
            world.templates[company.account_id] = send["id"]
        yield world


def expire(world: World, rows: int) -> None:
    """Add so many rows, of sends on two days: one limit is in half an hour, the other was missed by a day."""
    now = SandboxClock(world.insider.run.clock_file).now()
    with connect(world.insider.database()) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION unique_checks = 0")
        size = min(ROWS_A_SEND, rows // COMPANIES)
        for _ in range(rows // size):
            world.made += 1
            company = world.companies[world.made % COMPANIES].account_id
            limit = now + timedelta(minutes=30, days=-(world.made // COMPANIES % 2))
            copy_send(cursor, world, company, f"snd_{world.made:016d}", size, limit)
            connection.commit()


def copy_send(cursor: Cursor, world: World, company: str, send_id: str, size: int, limit: datetime) -> None:
    template = world.templates[company]
    rest = columns_but(cursor, "sends", "id", "accepted", "encrypt_at", "created_at")
    cursor.execute(
        f"INSERT INTO sends (id, accepted, encrypt_at, created_at, {rest})"
        f" SELECT %s, %s, %s, %s - INTERVAL 30 DAY, {rest} FROM sends WHERE id = %s",
        (send_id, size, limit, limit, template),
    )
    rest = columns_but(cursor, "coupons", "id")
    cursor.execute(
        f"INSERT INTO coupons (id, {rest}) SELECT CONCAT(%s, LPAD(seq, 8, '0')), {rest}"
        " FROM coupons c, seq_1_to_1000000 WHERE seq <= %s"
        " AND c.id = (SELECT coupon_id FROM deliveries WHERE send_id = %s AND position = 1)",
        (f"cpn_{world.made:08d}", size, template),
    )
    rest = columns_but(cursor, "deliveries", "send_id", "position", "phone", "fingerprint", "coupon_id", "sms_ref")
    cursor.execute(
        f"INSERT INTO deliveries (send_id, position, phone, fingerprint, coupon_id, sms_ref, {rest})"
        " SELECT %s, seq, CONCAT('+4670', LPAD(seq, 7, '0')), UNHEX(SHA2(CONCAT(%s, seq), 256)),"
        f" CONCAT(%s, LPAD(seq, 8, '0')), CONCAT(%s, '-', seq), {rest}"
        " FROM deliveries d, seq_1_to_1000000 WHERE seq <= %s AND d.send_id = %s AND d.position = 1",
        (send_id, send_id, f"cpn_{world.made:08d}", send_id, size, template),
    )


def encrypt(world: World) -> Json:
    """One run of the function in a process of its own, with the environment and rights of its own."""
    run = world.insider.run
    given = environment(run, Access.load(run.database_file), "AAAA")
    secrets = next(one.secrets for one in functions_table.read(run.functions_table) if one.name == "encrypt_expired")
    names = {name for one in functions_table.read(run.functions_table) for name in one.secrets} - set(secrets)
    done = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.one_call", "encrypt_expired"],
        cwd=CHECKOUT,
        env={name: value for name, value in given.items() if name not in names},
        capture_output=True,
        text=True,
        check=True,
        timeout=1800,
    )
    told: Json = json.loads(done.stdout.splitlines()[-1])
    return told


def test_a_million_expired_rows_are_encrypted_with_flat_memory(world: World) -> None:
    encrypt(world)
    peaks: list[float] = []
    print(f"\n{'rows':>10} {'seconds':>8} {'rows/s':>8} {'start MB':>9} {'peak MB':>8} {'KMS encrypt':>12}")  # noqa: T201
    for size in SIZES:
        expire(world, size)
        before = world.kms_encrypt()
        told = encrypt(world)
        assert told["status"] == 200
        assert told["answer"]["rows"] == size
        assert told["answer"]["overdue"] == 0
        calls = world.kms_encrypt() - before
        assert calls <= COMPANIES * 2, "one a company and send day"
        peaks.append(told["peak_mb"])
        print(  # noqa: T201
            f"{size:>10,} {told['seconds']:>8.1f} {size / told['seconds']:>8,.0f} {told['start_mb']:>9.0f}"
            f" {told['peak_mb']:>8.0f} {calls:>12}"
        )
    assert max(peaks) <= MOST_MB
    assert peaks[-1] - peaks[0] <= GROWTH_MB
    assert world.insider.rows(
        "SELECT COUNT(*) FROM deliveries d JOIN sends s ON s.id = d.send_id"
        " WHERE d.phone IS NOT NULL AND s.id LIKE 'snd_000000%%'"
    ) == [(0,)]
