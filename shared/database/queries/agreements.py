"""Agreements: what was accepted and told, and the steps by which they end."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain.agreement import Because, Step


class Owner(Struct, frozen=True):
    """Whom a company's notices go to."""

    company_id: str
    member_id: str
    email: str
    accepted_at: datetime

    def __repr__(self) -> str:
        return f"Owner({self.member_id})"


class Ending(Struct, frozen=True):
    """A company whose agreement ends or has ended."""

    company_id: str
    state: str
    because: str
    closing_at: datetime
    ends_at: datetime


class EndingStep(Struct, frozen=True):
    company_id: str
    step: str
    state: str
    tries: int
    next_try_at: datetime
    done_at: datetime | None
    last_error_class: str | None


ENDING = "id, state, closing_because, closing_at, ends_at"
STEP = "company_id, step, state, tries, next_try_at, done_at, last_error_class"


def accept_dpa(tx: Transaction, company_id: str, version: str, member_id: str, now: datetime) -> None:
    """Keep who accepted it first; the company goes by it from now on."""
    tx.execute(
        "INSERT IGNORE INTO dpa_acceptances (company_id, version, accepted_by, accepted_at) VALUES (%s, %s, %s, %s)",
        (company_id, version, member_id, now),
    )
    tx.execute(
        "UPDATE companies SET dpa_version = %s, dpa_accepted_at = %s WHERE id = %s AND dpa_version <> %s",
        (version, now, company_id, version),
    )


# Closing, and taking it back


def begin_closing(tx: Transaction, company_id: str, because: Because, now: datetime, ends_at: datetime) -> bool:
    """Start the grace; whether it was not running yet."""
    return bool(
        tx.execute(
            # the states that it leads back to, before `state` itself changes: assignments run from left to right
            "UPDATE companies SET closing_from = state, state = 'closing', closing_at = %s, ends_at = %s,"
            " closing_because = %s WHERE id = %s AND state IN ('pending', 'active', 'past_due')",
            (now, ends_at, because, company_id),
        )
    )


def subscription_ended(tx: Transaction, company_id: str) -> None:
    """Note of a company that is closing that its plan is over: there is nothing left to take back."""
    tx.execute(
        "UPDATE companies SET closing_because = 'subscription' WHERE id = %s AND state = 'closing'", (company_id,)
    )


def take_back(tx: Transaction, company_id: str) -> bool:
    """End the grace, and all is as before; False where it is over, was never, or the subscription has ended."""
    return bool(
        tx.execute(
            "UPDATE companies SET state = closing_from, closing_from = NULL, closing_at = NULL, ends_at = NULL,"
            " closing_because = NULL WHERE id = %s AND state = 'closing' AND closing_because = 'owner'",
            (company_id,),
        )
    )


def of_subscription(tx: Transaction, subscription: str) -> str | None:
    found = tx.value("SELECT id FROM companies WHERE stripe_subscription = %s", (subscription,))
    return str(found) if found else None


# The end


def closing(tx: Transaction) -> list[str]:
    return tx.values("SELECT id FROM companies WHERE state = 'closing'")


def over(tx: Transaction, now: datetime, most: int) -> list[str]:
    """Companies whose grace is over, locked."""
    return tx.values(
        "SELECT id FROM companies WHERE state = 'closing' AND ends_at <= %s ORDER BY ends_at LIMIT %s"
        " FOR UPDATE SKIP LOCKED",
        (now, most),
    )


def begin_end(tx: Transaction, company_id: str, now: datetime) -> None:
    """From here on there is no way back and nobody is logged in."""
    tx.execute("UPDATE companies SET state = 'closed' WHERE id = %s AND state = 'closing'", (company_id,))
    tx.execute("DELETE FROM sessions WHERE company_id = %s", (company_id,))
    tx.insert_many(
        "INSERT IGNORE INTO agreement_endings (company_id, step, state, tries, next_try_at)"
        " VALUES (%s, %s, %s, %s, %s)",
        [(company_id, step, "open", 0, now) for step in Step],
    )


def end_again(tx: Transaction, company_id: str, now: datetime) -> bool:
    """After a restore: whatever state came back, the end comes once more from its first step; whether it has to."""
    if not tx.value("SELECT 1 FROM companies WHERE id = %s AND name <> '' FOR UPDATE", (company_id,)):
        return False  # it has ended already, or is not there
    tx.execute(
        "UPDATE companies SET state = 'closed', closing_at = COALESCE(closing_at, %s), ends_at = COALESCE(ends_at, %s)"
        " WHERE id = %s",
        (now, now, company_id),
    )
    tx.execute("DELETE FROM sessions WHERE company_id = %s", (company_id,))
    tx.execute("DELETE FROM agreement_endings WHERE company_id = %s", (company_id,))
    tx.insert_many(
        "INSERT INTO agreement_endings (company_id, step, state, tries, next_try_at) VALUES (%s, %s, %s, %s, %s)",
        [(company_id, step, "open", 0, now) for step in Step],
    )
    return True


def to_try(tx: Transaction, now: datetime, after: str, most: int) -> list[str]:
    """Companies with a step that is due, in the order of their ids from just after the given one."""
    return tx.values(
        "SELECT DISTINCT company_id FROM agreement_endings WHERE state IN ('open', 'waiting') AND next_try_at <= %s"
        " AND company_id > %s ORDER BY company_id LIMIT %s /* all companies: one job for all */",
        (now, after, most),
    )


def steps(tx: Transaction, company_ids: Sequence[str]) -> list[EndingStep]:
    if not company_ids:
        return []
    return tx.all(EndingStep, f"SELECT {STEP} FROM agreement_endings WHERE company_id IN %s", (list(company_ids),))


def step_done(tx: Transaction, company_id: str, step: Step, now: datetime) -> None:
    tx.execute(
        "UPDATE agreement_endings SET state = 'done', tries = tries + 1, done_at = %s, last_error_class = NULL"
        " WHERE company_id = %s AND step = %s AND state <> 'done'",
        (now, company_id, step),
    )


def step_waits(tx: Transaction, company_id: str, step: Step, next_try_at: datetime) -> None:
    """Nothing is wrong, but it is not time yet."""
    tx.execute(
        "UPDATE agreement_endings SET state = 'waiting', next_try_at = %s, last_error_class = NULL"
        " WHERE company_id = %s AND step = %s AND state <> 'done'",
        (next_try_at, company_id, step),
    )


def step_failed(tx: Transaction, company_id: str, step: Step, error: str, next_try_at: datetime) -> None:
    tx.execute(
        "UPDATE agreement_endings SET state = 'open', tries = tries + 1, next_try_at = %s, last_error_class = %s"
        " WHERE company_id = %s AND step = %s AND state <> 'done'",
        (next_try_at, error[:60], company_id, step),
    )


def retry(tx: Transaction, company_id: str, now: datetime) -> int:
    """Let every step that is left be tried with the next run; how many."""
    tx.execute(
        "UPDATE agreement_endings SET next_try_at = %s WHERE company_id = %s AND state IN ('open', 'waiting')",
        (now, company_id),
    )
    return int(
        tx.value(
            "SELECT COUNT(*) FROM agreement_endings WHERE company_id = %s AND state IN ('open', 'waiting')",
            (company_id,),
        )
    )


def page(tx: Transaction, before: tuple[datetime, str] | None, most: int) -> list[Ending]:
    """Agreements that end or have ended, the newest end first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (closing_at, id) < (%s, %s)", before)
    return tx.all(
        Ending,
        f"SELECT {ENDING} FROM companies WHERE closing_at IS NOT NULL{where}"
        " ORDER BY closing_at DESC, id DESC LIMIT %s",
        (*place, most),
    )


# What is deleted at the end


def empty_numbers(tx: Transaction, company_id: str, send_id: str, first: int, last: int) -> None:
    """Forget the numbers in clear of a send's deliveries in these places, which gift each got, and its extra SMS."""
    tx.execute(
        "DELETE FROM extra_sms WHERE send_id = %s AND company_id = %s AND position BETWEEN %s AND %s",
        (send_id, company_id, first, last),
    )
    tx.execute(
        "UPDATE deliveries SET phone = NULL, coupon_id = NULL WHERE send_id = %s AND company_id = %s"
        " AND position BETWEEN %s AND %s AND phone IS NOT NULL",
        (send_id, company_id, first, last),
    )


def is_erasing_somebody(tx: Transaction, company_id: str) -> bool:
    """Whether an account holder's erasure has begun that not every supplier has confirmed."""
    return bool(
        tx.value(
            "SELECT 1 FROM privacy_requests WHERE company_id = %s AND kind = 'erase' AND state = 'in_progress'"
            " AND person_id IS NOT NULL LIMIT 1",
            (company_id,),
        )
    )


def delete_rows(tx: Transaction, table: str, company_id: str, most: int) -> int:
    """Delete rows of a company from a table that the data map names, so many at most; how many."""
    return tx.execute(f"DELETE FROM {table} WHERE company_id = %s LIMIT %s", (company_id, most))


def empty_company(tx: Transaction, company_id: str) -> None:
    """What is left is an id that says nothing, for the ledger and the gifts that are still open."""
    tx.execute(
        "UPDATE companies SET name = '', org_number = '', plan = '', dpa_version = '', dpa_accepted_at = created_at,"
        " stripe_customer = NULL, stripe_subscription = NULL, stop_reason = NULL WHERE id = %s AND state = 'closed'",
        (company_id,),
    )


# Notices


def owners(tx: Transaction, accepted_before: date, after: str, most: int) -> list[Owner]:
    """Owners of companies that accepted their agreement before that day, in the order of their memberships."""
    return tx.all(
        Owner,
        "SELECT m.company_id, m.id, p.email, c.dpa_accepted_at FROM members m"
        " JOIN companies c ON c.id = m.company_id JOIN persons p ON p.id = m.person_id"
        " WHERE m.role = 'owner' AND c.state IN ('active', 'past_due', 'closing') AND c.dpa_accepted_at < %s"
        " AND m.id > %s ORDER BY m.id LIMIT %s /* all companies: one notice for all */",
        (accepted_before, after, most),
    )


def claim_notices(
    tx: Transaction, owner: Owner, processors: Sequence[str], now: datetime, until: datetime
) -> list[str]:
    """Those of which the owner has not been told, and of which nobody else is telling at this moment."""
    place = (owner.company_id, owner.member_id)
    known = set(
        tx.values(
            "SELECT processor FROM processor_notices WHERE company_id = %s AND member_id = %s"
            " AND (told_at IS NOT NULL OR claimed_until > %s) FOR UPDATE",
            (*place, now),
        )
    )
    new = [name for name in processors if name not in known]
    return [
        name
        for name in new
        if tx.execute(
            "INSERT INTO processor_notices (company_id, member_id, processor, claimed_until) VALUES (%s, %s, %s, %s)"
            " ON DUPLICATE KEY UPDATE claimed_until = IF(told_at IS NULL AND claimed_until <= %s, %s, claimed_until)",
            (*place, name, until, now, until),
        )
    ]


def notices_told(tx: Transaction, owner: Owner, processors: Sequence[str], now: datetime) -> None:
    tx.execute(
        "UPDATE processor_notices SET told_at = %s WHERE company_id = %s AND member_id = %s AND processor IN %s",
        (now, owner.company_id, owner.member_id, list(processors)),
    )


def release_notices(tx: Transaction, owner: Owner, processors: Sequence[str]) -> None:
    """The mail did not go: the next run tells of them."""
    tx.execute(
        "DELETE FROM processor_notices WHERE company_id = %s AND member_id = %s AND processor IN %s"
        " AND told_at IS NULL",
        (owner.company_id, owner.member_id, list(processors)),
    )
