"""The ledger: entries that are only ever added, and the balance that is their sum, under one lock a company."""

import hashlib
from datetime import date, datetime, timedelta

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.errors import BalanceTooLow
from shared.domain.ledger import DISPUTED, REFUNDED, Account, Movement, Purpose

TOO_LOW = "The balance does not cover this send. Top up and send again; nothing was sent."


class Balance(Struct, frozen=True):
    available_ore: int
    held_ore: int
    receivable_ore: int = 0
    """What the company owes, as more of its payments was taken back than was available."""


class PayBack(Struct, frozen=True):
    """A part of one payment that goes back. `payment` is Stripe's name of it."""

    id: str
    payment: str
    amount_ore: int


class TopUp(Struct, frozen=True):
    id: str
    company_id: str
    amount_ore: int
    state: str


def open_balance(tx: Transaction, company_id: str) -> None:
    tx.execute(
        "INSERT INTO balances (company_id, available_ore, held_ore, receivable_ore) VALUES (%s, 0, 0, 0)",
        (company_id,),
    )


def balance(tx: Transaction, company_id: str) -> Balance:
    found = tx.one(
        Balance, "SELECT available_ore, held_ore, receivable_ore FROM balances WHERE company_id = %s", (company_id,)
    )
    return found or Balance(0, 0)


def lock(tx: Transaction, company_id: str) -> Balance:
    """The balance, held still until the transaction ends. Take it before anything that moves money."""
    found = tx.one(
        Balance,
        "SELECT available_ore, held_ore, receivable_ore FROM balances WHERE company_id = %s FOR UPDATE",
        (company_id,),
    )
    return found or Balance(0, 0)


def check_covers(balance: Balance, amount_ore: int) -> None:
    """Raises `BalanceTooLow`; what was read without a lock is for the reservation to say at last."""
    if balance.available_ore < amount_ore:
        raise BalanceTooLow(TOO_LOW)


def reserve(tx: Transaction, company_id: str, hold_id: str, amount_ore: int, today: date) -> None:
    """Hold an amount. Raises `BalanceTooLow`."""
    movement = open_hold(tx, company_id, hold_id, amount_ore, today)
    # one that is covered is locked and changed at once; a movement of nothing changes no row
    if not _change_balance(tx, company_id, movement, amount_ore) and lock(tx, company_id).available_ore < amount_ore:
        raise BalanceTooLow(TOO_LOW)


def open_hold(tx: Transaction, company_id: str, hold_id: str, amount_ore: int, today: date) -> Movement:
    """A hold and its entries; the balance is to be changed after them, as that locks it until the transaction ends."""
    movement = Movement(Purpose.RESERVE, amount_ore)
    tx.execute(
        "INSERT INTO holds (id, company_id, held_ore) VALUES (%s, %s, %s)",
        (hold_id, company_id, movement.change(Account.HELD)),
    )
    _write_entries(tx, company_id, movement, today, hold_id)
    return movement


def reserve_within(tx: Transaction, company_id: str, amount_ore: int, recipients: int, most: int, today: date) -> bool:
    """Take what a send holds from the balance where that covers it, and today's and yesterday's recipients are at most
    so many with the send's: a day never has more. Whether it was done."""
    yesterday = today - timedelta(days=1)
    return bool(
        tx.execute(
            f"{_COUNTED} AND available_ore >= %s AND counted_on <= %s"
            " AND IF(counted_on = %s, recipients_today + recipients_before,"
            " IF(counted_on = %s, recipients_today, 0)) + %s <= %s",
            (
                *_counted(company_id, amount_ore, recipients, today),
                *(amount_ore, today, today, yesterday, recipients, most),
            ),
        )
    )


def reserve_counted(tx: Transaction, company_id: str, amount_ore: int, recipients: int, today: date) -> None:
    """The same without a condition, for a balance that is locked."""
    tx.execute(_COUNTED, _counted(company_id, amount_ore, recipients, today))


# MySQL assigns from left to right: what stands behind sees what was assigned before it
_COUNTED = (
    "UPDATE balances SET available_ore = available_ore - %s, held_ore = held_ore + %s,"
    " recipients_before = IF(counted_on >= %s, recipients_before, IF(counted_on = %s, recipients_today, 0)),"
    " recipients_today = IF(counted_on >= %s, recipients_today, 0) + %s,"
    " counted_on = GREATEST(counted_on, %s) WHERE company_id = %s"
)


def _counted(company_id: str, amount_ore: int, recipients: int, today: date) -> tuple[object, ...]:
    yesterday = today - timedelta(days=1)
    return (amount_ore, amount_ore, today, yesterday, today, recipients, today, company_id)


def book(tx: Transaction, company_id: str, movement: Movement, today: date, hold_id: str | None = None) -> None:
    """Write both entries of a movement and bring balance and hold in step; the database refuses one below zero.

    What becomes available settles what is owed.
    """
    _change_balance(tx, company_id, movement)
    held = movement.change(Account.HELD)
    if held and hold_id:
        tx.execute(
            "UPDATE holds SET held_ore = held_ore + %s WHERE id = %s AND company_id = %s",
            (held, hold_id, company_id),
        )
    _write_entries(tx, company_id, movement, today, hold_id)
    if movement.change(Account.AVAILABLE) > 0:
        now = balance(tx, company_id)
        if settles := min(now.available_ore, now.receivable_ore):
            book(tx, company_id, Movement(Purpose.SETTLE, settles), today)


def _change_balance(tx: Transaction, company_id: str, movement: Movement, least_ore: int = 0) -> bool:
    """Whether it was changed, which is only done where so much is available."""
    changes = map(movement.change, (Account.AVAILABLE, Account.HELD, Account.RECEIVABLE))
    return bool(
        tx.execute(
            "UPDATE balances SET available_ore = available_ore + %s, held_ore = held_ore + %s,"
            " receivable_ore = receivable_ore - %s WHERE company_id = %s AND available_ore >= %s",
            (*changes, company_id, least_ore),
        )
    )


def _write_entries(tx: Transaction, company_id: str, movement: Movement, today: date, hold_id: str | None) -> None:
    transaction_id, taxed_as = ids.new_id("txn"), movement.taxed_as
    tx.insert_many(
        "INSERT INTO ledger_entries"
        " (transaction_id, company_id, hold_id, purpose, account, amount_ore, booked_on, vat_class)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (transaction_id, company_id, hold_id, movement.purpose, one.account, one.amount_ore, today, taxed_as)
            for one in movement.entries
        ],
    )


def add_top_up(tx: Transaction, top_up: TopUp, now: datetime) -> None:
    """Write down that a deposit was asked for; again changes nothing."""
    tx.execute(
        "INSERT INTO top_ups (id, company_id, amount_ore, state, created_at) VALUES (%s, %s, %s, %s, %s)"
        " ON DUPLICATE KEY UPDATE id = id",
        (top_up.id, top_up.company_id, top_up.amount_ore, top_up.state, now),
    )


def pay_top_up(tx: Transaction, top_up_id: str, amount_ore: int, payment: str | None) -> TopUp | None:
    """Mark a top-up as paid and return it; None where it is unknown or was paid before.

    `amount_ore` is what was really paid, `payment` Stripe's name of it, by which it can be paid back.
    """
    found = tx.one(
        TopUp,
        "SELECT id, company_id, amount_ore, state FROM top_ups WHERE id = %s FOR UPDATE"
        " /* all companies: Stripe names the top-up */",
        (top_up_id,),
    )
    if found is None or found.state == "paid":
        return None
    tx.execute(
        "UPDATE top_ups SET state = 'paid', amount_ore = %s, payment = %s WHERE id = %s AND company_id = %s",
        (amount_ore, payment, top_up_id, found.company_id),
    )
    return found


def end_top_up(tx: Transaction, company_id: str, top_up_id: str, state: str) -> None:
    """Its Checkout has expired or its payment has failed; one that is paid stays so."""
    tx.execute(
        "UPDATE top_ups SET state = %s WHERE id = %s AND company_id = %s AND state <> 'paid'",
        (state, top_up_id, company_id),
    )


def company_of_top_up(tx: Transaction, top_up_id: str) -> str | None:
    found = tx.value(
        "SELECT company_id FROM top_ups WHERE id = %s /* all companies: Stripe names the top-up */", (top_up_id,)
    )
    return str(found) if found else None


def top_up(tx: Transaction, top_up_id: str) -> TopUp | None:
    return tx.one(
        TopUp,
        "SELECT id, company_id, amount_ore, state FROM top_ups WHERE id = %s /* all companies: Stripe names it */",
        (top_up_id,),
    )


def company_of_payment(tx: Transaction, payment: str) -> str | None:
    found = tx.value(
        "SELECT company_id FROM top_ups WHERE payment = %s /* all companies: Stripe names the payment */", (payment,)
    )
    return str(found) if found else None


def follow_payment(
    tx: Transaction, company_id: str, payment: str, refunded_ore: int, disputed_ore: int, today: date
) -> int:
    """Bring the books in step with what is gone of a deposit beside our own pay-backs; how much that changed."""
    known = tx.one(
        lambda top_up_id, refunded, disputed: (str(top_up_id), int(refunded), int(disputed)),
        "SELECT id, refunded_ore, disputed_ore FROM top_ups WHERE payment = %s AND company_id = %s FOR UPDATE",
        (payment, company_id),
    )
    if known is None or (known[1], known[2]) == (refunded_ore, disputed_ore):
        return 0
    # what comes back first: it may cover what goes
    changes = sorted([(refunded_ore - known[1], "r", REFUNDED), (disputed_ore - known[2], "d", DISPUTED)])
    for more_ore, _, way in changes:
        for movement in way.movements(more_ore, lock(tx, company_id).available_ore) if more_ore else ():
            book(tx, company_id, movement, today)
    tx.execute(
        "UPDATE top_ups SET refunded_ore = %s, disputed_ore = %s WHERE id = %s AND company_id = %s",
        (refunded_ore, disputed_ore, known[0], company_id),
    )
    return sum(abs(more_ore) for more_ore, _, _ in changes)


def owe(tx: Transaction, company_id: str, now: datetime) -> int:
    """Book what is free as owed to the company, on its newest payments first; how much no payment is left for."""
    free = lock(tx, company_id).available_ore
    payments = tx.all(
        lambda top_up_id, before, left: (top_up_id, int(before), int(left)),
        "SELECT t.id, COALESCE(SUM(p.amount_ore), 0), CAST(t.amount_ore AS SIGNED) - t.refunded_ore - t.disputed_ore"
        " - COALESCE(SUM(p.amount_ore), 0) AS left_ore FROM top_ups t"
        " LEFT JOIN pay_backs p ON p.top_up_id = t.id AND p.company_id = t.company_id"
        " WHERE t.company_id = %s AND t.state = 'paid' AND t.payment IS NOT NULL"
        " GROUP BY t.id, t.amount_ore, t.refunded_ore, t.disputed_ore, t.created_at HAVING left_ore > 0"
        " ORDER BY t.created_at DESC, t.id DESC",
        (company_id,),
    )
    parts: list[tuple[str, str, int]] = []
    rest = free
    for top_up_id, before, left in payments:
        if rest == 0:
            break
        parts.append((_pay_back_id(top_up_id, before), top_up_id, min(left, rest)))
        rest -= parts[-1][2]
    tx.insert_many(
        "INSERT INTO pay_backs (id, company_id, top_up_id, amount_ore, state, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        [(part_id, company_id, top_up_id, amount, "owed", now) for part_id, top_up_id, amount in parts],
    )
    if free > rest:
        book(tx, company_id, Movement(Purpose.PAY_BACK, free - rest), now.date())
    return rest


def _pay_back_id(top_up_id: str, before_ore: int) -> str:
    """The same again after a restore, so that Stripe finds what it has paid back already."""
    digest = hashlib.sha256(f"{top_up_id} {before_ore}".encode()).digest()
    return f"pbk_{ids.encode(digest[: ids.RANDOM_BYTES])}"


def owed(tx: Transaction, company_id: str) -> list[PayBack]:
    """What Stripe has not confirmed yet."""
    return tx.all(
        PayBack,
        "SELECT p.id, t.payment, p.amount_ore FROM pay_backs p"
        " JOIN top_ups t ON t.id = p.top_up_id AND t.company_id = p.company_id"
        " WHERE p.company_id = %s AND p.state = 'owed' ORDER BY p.id",
        (company_id,),
    )


def paid_back(tx: Transaction, company_id: str, pay_back_id: str) -> None:
    tx.execute("UPDATE pay_backs SET state = 'paid' WHERE id = %s AND company_id = %s", (pay_back_id, company_id))


def is_known_event(tx: Transaction, event_id: str) -> bool:
    return bool(tx.value("SELECT 1 FROM stripe_events WHERE id = %s", (event_id,)))


def first_time(tx: Transaction, event_id: str, now: datetime) -> bool:
    """Remember a Stripe event; False where it was dealt with before."""
    return tx.execute("INSERT IGNORE INTO stripe_events (id, received_at) VALUES (%s, %s)", (event_id, now)) == 1


def erase_empty_holds(tx: Transaction, most: int) -> int:
    """Delete holds that hold nothing and that no send or coupon names; how many."""
    empty = tx.values(
        "SELECT h.id FROM holds h WHERE h.held_ore = 0"
        " AND NOT EXISTS (SELECT 1 FROM coupons c WHERE c.hold_id = h.id)"
        " AND NOT EXISTS (SELECT 1 FROM sends s WHERE s.hold_id = h.id)"
        " ORDER BY h.id LIMIT %s /* all companies: the law is one for all */",
        (most,),
    )
    if not empty:
        return 0
    return tx.execute("DELETE FROM holds WHERE id IN %s /* all companies: those found above */", (empty,))
