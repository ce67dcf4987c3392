"""What the nightly comparison with Stripe found, and what it compares."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple, replace

from shared.database.transactions import Transaction, columns


class Difference(Struct, frozen=True):
    id: str
    company_id: str
    kind: str
    top_up_id: str | None
    stripe_ore: int | None
    here_ore: int | None
    healed: bool
    found_at: datetime
    invoice: str | None = None
    """Stripe's name of what was paid, where the difference is about nothing of ours."""


class Sums(Struct, frozen=True):
    """A balance and the sums of its entries, where they differ."""

    company_id: str
    balance_ore: int
    entries_ore: int


def add(tx: Transaction, one: Difference) -> bool:
    """False of an invoice that is kept already: what is to be done about it is done at Stripe."""
    return bool(
        tx.execute(
            f"INSERT INTO stripe_differences ({columns(Difference)}) VALUES %s ON DUPLICATE KEY UPDATE id = id",
            (astuple(one),),
        )
    )


def _difference(*row: Any) -> Difference:
    found = Difference(*row)
    return replace(found, healed=bool(found.healed))


def page(tx: Transaction, before: tuple[datetime, str] | None, most: int) -> list[Difference]:
    where, place = ("", ()) if before is None else (" WHERE (found_at, id) < (%s, %s)", before)
    return tx.all(
        _difference,
        f"SELECT {columns(Difference)} FROM stripe_differences{where} ORDER BY found_at DESC, id DESC LIMIT %s"
        " /* all companies: for staff */",
        (*place, most),
    )


def subscribed(tx: Transaction, after: str, most: int) -> list[tuple[str, str, str]]:
    """Companies with a subscription that has not ended, by id from just after the given one: id, it, and state."""
    return tx.all(
        lambda *found: found,
        "SELECT id, stripe_subscription, state FROM companies WHERE stripe_subscription IS NOT NULL"
        " AND state <> 'closed' AND id > %s ORDER BY id LIMIT %s",
        (after, most),
    )


def unbalanced(tx: Transaction) -> list[Sums]:
    """Each account that is not the sum of its entries, and companies whose entries do not sum to zero."""
    of_balance = (
        "CASE e.account WHEN 'available' THEN b.available_ore WHEN 'held' THEN b.held_ore"
        " WHEN 'receivable' THEN -b.receivable_ore ELSE 0 END"
    )
    return tx.all(
        Sums,
        f"SELECT b.company_id, {of_balance}, CAST(e.total AS SIGNED) FROM balances b"
        " JOIN (SELECT company_id, account, SUM(amount_ore) AS total FROM ledger_entries"
        " WHERE account IN ('available', 'held', 'receivable') GROUP BY company_id, account"
        " UNION ALL SELECT company_id, '', SUM(amount_ore) FROM ledger_entries GROUP BY company_id) e"
        f" ON e.company_id = b.company_id WHERE e.total <> {of_balance} /* all companies: one job for all */",
    )
