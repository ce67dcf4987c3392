"""What a restored database does not know any more, and what it believes again: for the restore alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain.retention import MESSAGE_LIFE

Rows = Sequence[tuple[Any, ...]]

ADDED: dict[str, str | None] = {
    "opt_outs": "opted_out_on",
    "opt_out_withdrawals": "at",
    "own_opt_outs": "opted_out_on",
    "abuse_reports": "day",
    "test_sends": "begun_at",
    "idempotent_answers": "created_at",
    "dpa_acceptances": "accepted_at",
    "privacy_requests": "received_at",
    "privacy_request_steps": "at",
    "privacy_request_notices": "told_at",
    "disclosures": "asked_at",
    "disclosure_readings": "at",
    "breaches": "registered_at",
    "breach_entries": "at",
    "breach_companies": None,
    "breach_notices": None,
    "access_grants": "granted_at",
    "access_reviews": "at",
    "staff_log": "at",
    "account_decisions": "at",
}
"""Tables whose newer rows are carried over, and the column that says which are newer (None: all). They are registers
that the law wants whole, refusals, and what keeps a thing from being done twice; none needs another table's row."""

DECIDED: dict[str, tuple[str, ...]] = {
    "api_keys": ("revoked_at",),
    "access_grants": ("ended_by", "ended_at"),
    "disclosures": ("approved_by", "approved_at", "closes_at"),
    "companies": ("stopped_at", "stopped_by", "stop_reason"),
}
"""Columns of rows that both have, carried over where the restored row has nothing in the first of them."""


class SendAt(Struct, frozen=True):
    company_id: str
    id: str


class Lost(Struct, frozen=True):
    """What the restored database has no trace of: recipients by company, and öre by purpose."""

    sends: dict[str, int]
    booked_ore: dict[str, int]


def newer(tx: Transaction, table: str, names: Sequence[str], since: datetime) -> Rows:
    """Rows of one of `ADDED` from that day on."""
    moment = ADDED[table]
    where, values = ("", ()) if moment is None else (f" WHERE {moment} >= %s", (since.date(),))
    return tx.all(
        lambda *row: row, f"SELECT {', '.join(names)} FROM {table}{where} /* all companies: a restore */", values
    )


def add(tx: Transaction, table: str, names: Sequence[str], rows: Rows) -> None:
    """Those that are there already stay as they are."""
    places = ", ".join(["%s"] * len(names))
    tx.insert_many(f"INSERT IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})", rows)


def count(tx: Transaction, table: str) -> int:
    return int(tx.value(f"SELECT COUNT(*) FROM {table} /* all companies: a restore */"))


def decided(tx: Transaction, table: str) -> Rows:
    """(id, values of the table's columns in `DECIDED`) of the rows that have them."""
    names = DECIDED[table]
    return tx.all(
        lambda *row: row,
        f"SELECT id, {', '.join(names)} FROM {table} WHERE {names[0]} IS NOT NULL /* all companies: a restore */",
    )


def decide(tx: Transaction, table: str, rows: Rows) -> int:
    """How many rows got what they had not."""
    names = DECIDED[table]
    sets = ", ".join(f"{name} = %s" for name in names)
    changed = f"UPDATE {table} SET {sets} WHERE id = %s AND {names[0]} IS NULL /* all companies: a restore */"
    return sum(tx.execute(changed, (*values, row_id)) for row_id, *values in rows)


def cancelled(tx: Transaction) -> set[str]:
    return set(tx.values("SELECT id FROM sends WHERE state = 'cancelled' /* all companies: a restore */"))


def lost_sends(tx: Transaction, since: datetime) -> dict[str, int]:
    """Recipients of the sends accepted after that moment, by company."""
    found = tx.all(
        lambda company_id, recipients: (company_id, int(recipients)),
        "SELECT company_id, SUM(accepted) FROM sends WHERE created_at > %s AND NOT test GROUP BY company_id"
        " /* all companies: a restore */",
        (since,),
    )
    return dict(found)


def booked(tx: Transaction, since: datetime) -> dict[tuple[str, str], int]:
    """Öre by transaction and purpose, in the ledger from that day on."""
    found = tx.all(
        lambda transaction_id, purpose, amount_ore: ((transaction_id, purpose), int(amount_ore)),
        "SELECT transaction_id, purpose, SUM(amount_ore) FROM ledger_entries WHERE booked_on >= %s AND amount_ore > 0"
        " GROUP BY transaction_id, purpose /* all companies: a restore */",
        (since.date(),),
    )
    return dict(found)


# Gifts that people hold


def given(tx: Transaction, since: datetime) -> list[str]:
    """Coupons whose link may have left after that moment, and that are for somebody."""
    return tx.values(
        "SELECT c.id FROM coupons c WHERE c.requested_on >= %s AND NOT c.unwanted"
        " AND EXISTS (SELECT 1 FROM gift_links l WHERE l.coupon_id = c.id)"
        " UNION SELECT d.coupon_id FROM extra_sms x JOIN deliveries d ON d.send_id = x.send_id"
        " AND d.position = x.position AND d.company_id = x.company_id WHERE x.created_at >= %s"
        " AND x.state NOT IN ('accepted', 'failed') AND d.coupon_id IS NOT NULL /* all companies: a restore */",
        ((since - MESSAGE_LIFE).date(), since - MESSAGE_LIFE),
    )


def of_coupons(tx: Transaction, table: str, names: Sequence[str], coupon_ids: Sequence[str]) -> Rows:
    """Their rows in `coupons` or `gift_links`."""
    key = "id" if table == "coupons" else "coupon_id"
    found = f"SELECT {', '.join(names)} FROM {table} WHERE {key} IN %s /* all companies: a restore */"
    return tx.all(lambda *row: row, found, (list(coupon_ids),))


def keep(tx: Transaction, coupon_ids: Sequence[str]) -> None:
    """They are for somebody, whatever became of their deliveries."""
    tx.execute(
        "UPDATE coupons SET unwanted = FALSE WHERE id IN %s AND state IN ('issued', 'opened')"
        " /* all companies: a restore */",
        (list(coupon_ids),),
    )


# Codes in stock


def in_stock(tx: Transaction, after: int, most: int) -> list[int]:
    return tx.values(
        "SELECT id FROM pool_codes WHERE coupon_id IS NULL AND id > %s ORDER BY id LIMIT %s",
        (after, most),
    )


def taken(tx: Transaction, code_ids: Sequence[int]) -> list[tuple[str, int]]:
    """(coupon, code) of those that were given."""
    return tx.all(
        lambda coupon_id, code_id: (coupon_id, code_id),
        "SELECT coupon_id, id FROM pool_codes WHERE id IN %s AND coupon_id IS NOT NULL",
        (list(code_ids),),
    )


def take(tx: Transaction, given_codes: Sequence[tuple[str, int]]) -> int:
    change = "UPDATE pool_codes SET coupon_id = %s WHERE id = %s AND coupon_id IS NULL"
    return sum(tx.execute(change, one) for one in given_codes)


def last_code(tx: Transaction) -> int:
    return int(tx.value("SELECT COALESCE(MAX(id), 0) FROM pool_codes"))


def codes_after(tx: Transaction, names: Sequence[str], after: int, most: int) -> Rows:
    return tx.all(
        lambda *row: row,
        f"SELECT {', '.join(names)} FROM pool_codes WHERE id > %s ORDER BY id LIMIT %s",
        (after, most),
    )


def empty_stock(tx: Transaction) -> int:
    """No code that may have been given is given again. Those that its supplier knows as unused are imported again."""
    return tx.execute("DELETE FROM pool_codes WHERE coupon_id IS NULL")


# What may have been done since


def begun(tx: Transaction, at: datetime, closed_at: datetime, after: str, most: int) -> list[SendAt]:
    """Sends of the backup with SMS that may have left since, from just after a send's id."""
    return tx.all(
        SendAt,
        "SELECT company_id, id FROM sends WHERE state IN ('scheduled', 'processing', 'cancelled')"
        " AND created_at <= %s AND start_at <= %s AND sealed_text IS NOT NULL AND id > %s ORDER BY id LIMIT %s"
        " /* all companies: a restore */",
        (at, closed_at, after, most),
    )


def waiting(tx: Transaction, at: datetime, closed_at: datetime) -> list[SendAt]:
    """Scheduled sends of the backup that cannot have begun."""
    return tx.all(
        SendAt,
        "SELECT company_id, id FROM sends WHERE state = 'scheduled' AND created_at <= %s AND start_at > %s ORDER BY id"
        " /* all companies: a restore */",
        (at, closed_at),
    )


def remind_no_more(tx: Transaction, at: datetime, closed_at: datetime) -> int:
    """Reminders that were due before the door was closed may have left: they are not asked for again."""
    return tx.execute(
        "UPDATE sends SET reminded_to = accepted WHERE remind_at <= %s AND created_at <= %s AND reminded_to < accepted"
        " /* all companies: a restore */",
        (closed_at, at),
    )


def end_sessions(tx: Transaction, at: datetime, links_expire_before: datetime) -> int:
    """Who was logged out, or lost a device, since then must not be logged in again; nor may a link be used twice."""
    tx.execute("DELETE FROM login_requests WHERE asked_at <= %s", (at,))
    tx.execute("DELETE FROM login_links WHERE expires_at <= %s", (links_expire_before,))
    return tx.execute("DELETE FROM sessions WHERE created_at <= %s /* all companies: a restore */", (at,))
