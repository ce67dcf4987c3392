"""Rows for every table of the schema, as many as wanted, made by the server: values follow columns' names and types."""

import re
from dataclasses import dataclass
from datetime import datetime

from pymysql.cursors import Cursor

NOW = "2026-11-23 10:00:00"
BASE = datetime.fromisoformat(f"{NOW}+00:00")
YEAR_MINUTES = 365 * 24 * 60
AT_ONCE = 500_000
A_SEND = 100
"""Deliveries."""
ONE_IN = 50
"""How few rows are in a state that is soon left, or have a value where most have none."""

SMALL = {"migrations": 0, "gifts": 8, "cursors": 8, "suppliers": 4, "code_pools": 4}
"""Tables that do not grow with the company's customers or days."""
GIFTS = ("coupons", "gift_links")
SHORT_LIVED = ("early_receipts", "outbox", "sms_doubts")
SHORT_LIVED_ROWS = 1_000
USUAL = {
    ("sends", "state"): "done",
    ("deliveries", "state"): "delivered",
    ("coupons", "state"): "redeemed",
    ("top_ups", "state"): "paid",
    ("companies", "state"): "active",
}
"""What nearly all rows are; elsewhere the last of the column's values."""
SET = ("phone", "coupon_id", "sms_ref", "fingerprint", "sent_at", "delivered_at", "encrypted_at", "person_id")
"""Columns that may be empty, and seldom are."""
FEW = {"sender": 100, "product": 4, "gift_code": 4, "kind": 4, "reason": 4, "topic": 8, "supplier": 4, "event": 4}
"""Texts of which there are so many."""


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    nullable: bool
    extra: str


@dataclass(frozen=True)
class Sizes:
    """How many rows."""

    deliveries: int
    coupons: int
    others: int

    def of(self, table: str) -> int:
        if table in SMALL:
            return SMALL[table]
        if table == "deliveries":
            return self.deliveries
        if table in SHORT_LIVED:
            return min(self.others, SHORT_LIVED_ROWS)
        return self.coupons if table in GIFTS else self.others


def fill(cursor: Cursor, sizes: Sizes) -> dict[str, int]:
    """Fills every table; how many rows each has got."""
    cursor.execute("SET SESSION foreign_key_checks = 0, unique_checks = 0, check_constraint_checks = 0")
    cursor.execute("SET SESSION sql_mode = ''")
    cursor.execute(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
    )
    counted: dict[str, int] = {}
    for (table,) in cursor.fetchall():
        wanted = sizes.of(table)
        cursor.execute(f"DELETE FROM {table}")  # what migrations have put there
        if wanted:
            _fill_one(cursor, table, wanted)
        counted[table] = wanted
    return counted


def _fill_one(cursor: Cursor, table: str, rows: int) -> None:
    cursor.execute(
        "SELECT column_name, column_type, is_nullable = 'YES', extra FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND table_name = %s ORDER BY ordinal_position",
        (table,),
    )
    columns = [Column(*row) for row in cursor.fetchall()]
    columns = [one for one in columns if "GENERATED" not in one.extra]
    names = ", ".join(f"`{one.name}`" for one in columns)
    values = ", ".join(_value(table, one, rows) for one in columns)
    for first in range(1, rows + 1, AT_ONCE):
        last = min(first + AT_ONCE - 1, rows)
        cursor.execute(f"INSERT IGNORE INTO {table} ({names}) SELECT {values} FROM seq_{first}_to_{last}")
        cursor.execute("COMMIT")
    cursor.execute(f"ANALYZE TABLE {table}")


def prefix(noun: str) -> str:
    """`sends` and `send_id` name the same things."""
    return re.sub(r"ies$", "y", re.sub(r"_id$", "", noun)).rstrip("s")[:3]


def _value(table: str, column: Column, rows: int) -> str:
    value = _present(table, column, rows)
    if not column.nullable:
        return value
    if column.name in SET:
        return f"IF(seq % {ONE_IN} = 0, NULL, {value})"
    return f"IF(seq % {ONE_IN} = 0, {value}, NULL)"


def _present(table: str, column: Column, rows: int) -> str:
    name, kind = column.name, column.type
    if "auto_increment" in column.extra:
        return "seq"
    if kind.startswith("enum"):
        values = re.findall(r"'([^']*)'", kind)
        usual = USUAL.get((table, name), values[-1])
        others = ", ".join(f"'{one}'" for one in values)
        return f"IF(seq % {ONE_IN} = 0, ELT(1 + seq DIV {ONE_IN} % {len(values)}, {others}), '{usual}')"
    if kind.startswith("datetime"):
        return _moment(name, rows)
    if kind.startswith("date"):
        return f"DATE({_moment(name, rows)})"
    if kind.startswith("tinyint(1)"):
        return f"seq % {ONE_IN} = 0"
    if kind.startswith(("binary", "varbinary")):
        return "UNHEX(LPAD(HEX(seq), 64, '0'))"
    if "int" in kind:
        return f"seq % {A_SEND} + 1" if name == "position" else "seq"
    return _text(table, name)


def _text(table: str, name: str) -> str:
    if name == "id":
        return f"CONCAT('{prefix(table)}_', LPAD(seq, 16, '0'))"
    if name in ("company_id", "send_id"):
        each = {"deliveries": A_SEND, "balances": 1}.get(table, A_SEND if name == "send_id" else 10)
        return f"CONCAT('{prefix(name)}_', LPAD(1 + seq DIV {each}, 16, '0'))"
    if name.endswith("_id"):
        return f"CONCAT('{prefix(name)}_', LPAD(seq, 16, '0'))"
    return f"CONCAT('t', seq % {FEW[name]})" if name in FEW else "CONCAT('t', seq)"


def _moment(name: str, rows: int) -> str:
    """Over the past year; what is yet to come, over the next."""
    to_come = name.endswith("_until") or name in ("encrypt_at", "erase_at", "expires_at", "next_at")
    return f"'{NOW}' {'+' if to_come else '-'} INTERVAL {YEAR_MINUTES} * seq DIV {rows} MINUTE"
