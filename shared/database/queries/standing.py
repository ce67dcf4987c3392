"""Whether a company may send for now, and how much: what staff and recipients' reports decide beside its agreement."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.database.queries.money import Balance
from shared.database.queries.stops import WHY_STOPPED
from shared.database.transactions import Transaction, columns


class Standing(Struct, frozen=True):
    """`stopped_by`: staff or reports. `daily_recipients`: the company's own limit, where it has one."""

    stopped_at: datetime | None = None
    stopped_by: str | None = None
    stop_reason: str | None = None
    daily_recipients: int | None = None
    limits_lifted_at: datetime | None = None


class Sending(Struct, frozen=True):
    """All that decides on a company's sends before their rows are looked at. The balance is not locked."""

    company_id: str
    state: str
    dpa_version: str
    created_at: datetime
    encrypt_after_days: int
    erase_after_days: int
    stop_reason: str | None
    """None where it is not stopped."""
    daily_recipients: int | None
    limits_lifted_at: datetime | None
    available_ore: int
    held_ore: int
    receivable_ore: int

    @property
    def balance(self) -> Balance:
        return Balance(self.available_ore, self.held_ore, self.receivable_ore)


class Decision(Struct, frozen=True):
    """`staff` is None where recipients' reports decided."""

    at: datetime
    staff: str | None
    decision: str
    reason: str


class Account(Struct, frozen=True):
    """A company as staff find it, without its people."""

    id: str
    name: str
    org_number: str
    plan: str
    state: str
    stopped_at: datetime | None
    stopped_by: str | None
    stop_reason: str | None
    daily_recipients: int | None
    limits_lifted_at: datetime | None
    created_at: datetime


SENDING = (
    "c.id, c.state, c.dpa_version, c.created_at, c.encrypt_after_days, c.erase_after_days,"
    f" {WHY_STOPPED}, c.daily_recipients, c.limits_lifted_at,"
    " COALESCE(b.available_ore, 0), COALESCE(b.held_ore, 0), COALESCE(b.receivable_ore, 0)"
)
"""Of `FROM_COMPANY`."""

FROM_COMPANY = "FROM companies c LEFT JOIN balances b ON b.company_id = c.id"

ACCOUNT = (
    "id, name, org_number, plan, state, stopped_at, stopped_by, stop_reason, daily_recipients, limits_lifted_at,"
    " created_at"
)


def get(tx: Transaction, company_id: str) -> Standing:
    found = tx.one(Standing, f"SELECT {columns(Standing)} FROM companies WHERE id = %s", (company_id,))
    return found or Standing()


def of_sending(tx: Transaction, company_id: str) -> Sending | None:
    return tx.one(Sending, f"SELECT {SENDING} {FROM_COMPANY} WHERE c.id = %s", (company_id,))


def is_stopped(tx: Transaction, company_id: str) -> bool:
    """To be asked in the transaction that claims what would leave."""
    return bool(tx.value("SELECT 1 FROM companies WHERE id = %s AND stopped_at IS NOT NULL", (company_id,)))


def stop(tx: Transaction, company_id: str, by: str, reason: str, now: datetime) -> bool:
    """Stop it; one that is stopped stays as it is. Whether it was stopped by this."""
    return bool(
        tx.execute(
            "UPDATE companies SET stopped_at = %s, stopped_by = %s, stop_reason = %s, stop_told_at = NULL"
            " WHERE id = %s AND stopped_at IS NULL",
            (now, by, reason, company_id),
        )
    )


def resume(tx: Transaction, company_id: str, waiting_since: datetime) -> bool:
    """End the stop; what waits counts as having stood still since that moment. Whether it was stopped."""
    changed = tx.execute(
        "UPDATE companies SET stopped_at = NULL, stopped_by = NULL, stop_reason = NULL, stop_told_at = NULL"
        " WHERE id = %s AND stopped_at IS NOT NULL",
        (company_id,),
    )
    if changed:
        tx.execute(
            "UPDATE sends SET nudged_at = LEAST(nudged_at, %s) WHERE company_id = %s AND state = 'processing'",
            (waiting_since, company_id),
        )
    return bool(changed)


def lift_limits(tx: Transaction, company_id: str, daily_recipients: int | None, now: datetime) -> None:
    """From now on it is no new account; None keeps the limit that it has."""
    tx.execute(
        "UPDATE companies SET limits_lifted_at = %s, daily_recipients = COALESCE(%s, daily_recipients) WHERE id = %s",
        (now, daily_recipients, company_id),
    )


def decided(tx: Transaction, company_id: str, one: Decision) -> None:
    tx.execute(
        "INSERT INTO account_decisions (company_id, at, staff, decision, reason) VALUES (%s, %s, %s, %s, %s)",
        (company_id, one.at, one.staff, one.decision, one.reason),
    )


def decisions(tx: Transaction, company_id: str, most: int) -> list[Decision]:
    """Newest first."""
    return tx.all(
        Decision,
        "SELECT at, staff, decision, reason FROM account_decisions WHERE company_id = %s ORDER BY id DESC LIMIT %s",
        (company_id, most),
    )


def account(tx: Transaction, company_id: str) -> Account | None:
    return tx.one(Account, f"SELECT {ACCOUNT} FROM companies WHERE id = %s", (company_id,))


def accounts(
    tx: Transaction, state: str | None, words: str, before: tuple[datetime, str] | None, most: int
) -> list[Account]:
    """Newest first, from just before the given place. `state`: one of an agreement's, or `stopped`.

    `words` are part of the name, the organisation number with or without its hyphen, or the id; empty is everybody.
    """
    conditions, values = ["1 = 1"], list[object]()
    if state == "stopped":
        conditions.append("stopped_at IS NOT NULL")
    elif state is not None:
        conditions.append("state = %s")
        values.append(state)
    if words:
        part = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        conditions.append("(name LIKE %s OR org_number = %s OR id = %s)")
        # the other two are ASCII, which MySQL compares with nothing else
        ascii_words = words if words.isascii() else ""
        values += [f"%{part}%", ascii_words.replace("-", ""), ascii_words]
    if before is not None:
        conditions.append("(created_at, id) < (%s, %s)")
        values += before
    return tx.all(
        Account,
        f"SELECT {ACCOUNT} FROM companies WHERE {' AND '.join(conditions)} ORDER BY created_at DESC, id DESC LIMIT %s",
        (*values, most),
    )


def to_tell(tx: Transaction, most: int) -> Sequence[tuple[str, datetime]]:
    """(company, since when) of those that reports have stopped and staff have not been mailed about."""
    return tx.all(
        lambda company_id, stopped_at: (company_id, stopped_at),
        "SELECT id, stopped_at FROM companies WHERE stopped_at IS NOT NULL AND stopped_by = 'reports'"
        " AND stop_told_at IS NULL ORDER BY stopped_at LIMIT %s",
        (most,),
    )


def told(tx: Transaction, company_id: str, now: datetime) -> None:
    tx.execute(
        "UPDATE companies SET stop_told_at = %s WHERE id = %s AND stopped_at IS NOT NULL AND stop_told_at IS NULL",
        (now, company_id),
    )
