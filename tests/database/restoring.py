"""A backup of some tables, and its restore."""

from collections.abc import Sequence
from typing import Any

from tests.database.pipeline import Pipeline

Dump = dict[str, list[tuple[Any, ...]]]


def dumped(pipeline: Pipeline, tables: Sequence[str]) -> Dump:
    return {table: pipeline.rows(f"SELECT * FROM {table}") for table in tables}


def restore(pipeline: Pipeline, dump: Dump) -> None:
    with pipeline.database.transaction() as tx:
        for table, rows in dump.items():
            tx.execute(f"DELETE FROM {table}")
            places = ", ".join(["%s"] * len(rows[0])) if rows else ""
            tx.insert_many(f"INSERT INTO {table} VALUES ({places})", rows)
