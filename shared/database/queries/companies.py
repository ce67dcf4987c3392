"""Companies: who has an agreement with UpUp."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction, columns


class Company(Struct, frozen=True):
    id: str
    name: str
    org_number: str
    plan: str
    state: str
    encrypt_after_days: int
    erase_after_days: int
    dpa_version: str
    dpa_accepted_at: datetime
    stripe_customer: str | None
    stripe_subscription: str | None
    created_at: datetime
    closing_at: datetime | None = None
    ends_at: datetime | None = None
    closing_because: str | None = None


def add(tx: Transaction, company: Company) -> None:
    tx.execute(
        f"INSERT INTO companies ({columns(Company)})"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            company.id,
            company.name,
            company.org_number,
            company.plan,
            company.state,
            company.encrypt_after_days,
            company.erase_after_days,
            company.dpa_version,
            company.dpa_accepted_at,
            company.stripe_customer,
            company.stripe_subscription,
            company.created_at,
            company.closing_at,
            company.ends_at,
            company.closing_because,
        ),
    )


def get(tx: Transaction, company_id: str) -> Company | None:
    return tx.one(Company, f"SELECT {columns(Company)} FROM companies WHERE id = %s", (company_id,))


def paid(tx: Transaction, company_id: str, customer: str, subscription: str) -> bool:
    """Remember what Stripe calls a company whose plan is paid; whether it is one that waits for activation."""
    tx.execute(
        "UPDATE companies SET stripe_customer = %s, stripe_subscription = %s WHERE id = %s AND state = 'pending'",
        (customer, subscription, company_id),
    )
    state = tx.value("SELECT state FROM companies WHERE id = %s", (company_id,))
    return bool(state == "pending")


def activate(tx: Transaction, company_id: str) -> bool:
    """Let a paid company begin, and nothing else; whether it had not begun."""
    changed = tx.execute(
        "UPDATE companies SET state = IF(unpaid, 'past_due', 'active')"
        " WHERE id = %s AND state = 'pending' AND stripe_subscription IS NOT NULL",
        (company_id,),
    )
    return changed == 1


def stripe_turn(tx: Transaction, company_id: str) -> int | None:
    """How often the company has followed Stripe; None where there is no such company."""
    found = tx.value("SELECT stripe_turn FROM companies WHERE id = %s", (company_id,))
    return None if found is None else int(found)


def take_stripe_turn(tx: Transaction, company_id: str, turn: int) -> bool:
    """Lock the company and count one more; False where somebody else has done so since: ask Stripe again."""
    taken = tx.execute(
        "UPDATE companies SET stripe_turn = stripe_turn + 1 WHERE id = %s AND stripe_turn = %s", (company_id, turn)
    )
    return taken == 1


def follow_plan(tx: Transaction, company_id: str, plan: str | None, unpaid: bool) -> bool:
    """The plan and whether it is paid, as Stripe has it; whether that changed anything."""
    due = "past_due" if unpaid else "active"
    changed = tx.execute(
        "UPDATE companies SET plan = COALESCE(%s, plan), unpaid = %s,"
        " state = IF(state IN ('active', 'past_due'), %s, state),"
        " closing_from = IF(closing_from IN ('active', 'past_due'), %s, closing_from) WHERE id = %s",
        (plan, unpaid, due, due, company_id),
    )
    return changed == 1


def choose_retention(tx: Transaction, company_id: str, encrypt_after_days: int, erase_after_days: int) -> None:
    tx.execute(
        "UPDATE companies SET encrypt_after_days = %s, erase_after_days = %s WHERE id = %s",
        (encrypt_after_days, erase_after_days, company_id),
    )


def lock(tx: Transaction, company_id: str) -> Company | None:
    """The company, held still until the transaction ends."""
    return tx.one(Company, f"SELECT {columns(Company)} FROM companies WHERE id = %s FOR UPDATE", (company_id,))


def ids(tx: Transaction) -> list[str]:
    return tx.values("SELECT id FROM companies")


def unpaid_since(tx: Transaction, before: datetime, most: int) -> list[str]:
    """Signups that nobody paid for, oldest first."""
    return tx.values(
        "SELECT id FROM companies WHERE state = 'pending' AND stripe_subscription IS NULL AND created_at < %s"
        " ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED",
        (before, most),
    )


def erase(tx: Transaction, company_id: str) -> None:
    """Delete a company that never paid, with its members; it has no money and no sends."""
    tx.execute("DELETE FROM sessions WHERE company_id = %s", (company_id,))
    tx.execute("DELETE FROM dpa_acceptances WHERE company_id = %s", (company_id,))
    tx.execute("DELETE FROM members WHERE company_id = %s", (company_id,))
    for table in ("invitations", "invitation_mails"):
        tx.execute(f"DELETE FROM {table} WHERE company_id = %s", (company_id,))
    for table in ("sender_names", "link_domains", "account_decisions", "opt_outs", "opt_out_withdrawals"):
        tx.execute(f"DELETE FROM {table} WHERE company_id = %s", (company_id,))
    tx.execute("DELETE FROM balances WHERE company_id = %s", (company_id,))
    tx.execute("DELETE FROM companies WHERE id = %s", (company_id,))
