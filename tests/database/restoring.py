"""A backup of some tables and its restore, and of the whole database and its clone."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.mariadb import Administration, MariaDb, connect
from shared.database.connection import make_pool
from shared.database.transactions import PooledDatabase
from shared.domain import ids
from shared.ports import Message
from shared.settings import DatabaseSettings
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries
from shared.use_cases.sends.start_due_sends import start_due_sends
from shared.use_cases.sends.sweep_stuck import sweep_stuck
from tests.database.pipeline import Pipeline
from tests.database.privacy import Desk
from tests.factories import Factory, with_settings

Dump = dict[str, list[tuple[Any, ...]]]


def dumped(pipeline: Pipeline, tables: Sequence[str]) -> Dump:
    return {table: pipeline.rows(f"SELECT * FROM {table}") for table in tables}


def restore(pipeline: Pipeline, dump: Dump) -> None:
    with pipeline.database.transaction() as tx:
        for table, rows in dump.items():
            tx.execute(f"DELETE FROM {table}")
            places = ", ".join(["%s"] * len(rows[0])) if rows else ""
            tx.insert_many(f"INSERT INTO {table} VALUES ({places})", rows)


@dataclass(frozen=True)
class Backup:
    at: datetime
    sql: str


def back_up(server: MariaDb, at: datetime) -> Backup:
    return Backup(at, Administration(server.access).dump("upup"))


@contextmanager
def cloned(server: MariaDb, settings: DatabaseSettings, backup: Backup, present: Pipeline) -> Iterator[Pipeline]:
    """The database as it was, beside the present one; the suppliers, the keys and the clock are the present ones."""
    name, access = ids.new_id("clone"), server.access
    server.create_database(name)
    login = [f"--host={server.address.partition(':')[0]}", f"--port={access.port}", f"--user={access.admin}"]
    command = ["mariadb", "--no-defaults", *login, "--skip-ssl", name]
    subprocess.run(command, input=backup.sql.encode(), env={"MYSQL_PWD": access.admin_password}, check=True)  # noqa: S603 - its own words
    published = list[Message]()
    pool = make_pool(with_settings(settings, database_name=name, database_connections=5))
    database = PooledDatabase(pool, published.extend)
    try:
        yield Pipeline(
            database,
            Factory(database),
            published,
            clock=present.clock,
            keys=present.keys,
            tokens=present.tokens,
            pool_key=present.pool_key,
            sender=present.sender,
            issuer=present.issuer,
        )
    finally:
        pool.close()
        with connect(access) as connection, connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE `{name}`")


def clone_desk(clone: Pipeline, desk: Desk) -> Desk:
    """Requests there; the erasure log is kept apart, so it is the same."""
    return Desk(clone, desk.log, desk.marketing, desk.crm)


def encrypt(pipeline: Pipeline) -> None:
    encrypt_expired_deliveries(pipeline.database, pipeline.keys, pipeline.clock)


def open_doors(pipeline: Pipeline, days: int = 3) -> None:
    """All that can still move does: due sends begin, sweeps ask again, messages are worked off."""
    for _ in range(days * 4):
        pipeline.clock.advance(hours=6)
        now = pipeline.clock.now()
        start_due_sends(pipeline.database, now)
        sweep_stuck(pipeline.database, pipeline.number_hash, now)
        pipeline.run()
