"""Which owners are to be told, and were told, that their company's plan will end or has ended at Stripe."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain.agreement import PlanNotice


class PlanEnd(Struct, frozen=True):
    """A mail that an owner is to get."""

    company_id: str
    member_id: str
    notice: str
    plan_ends_at: datetime
    agreement_ends_at: datetime | None
    """Where that is known: of an account that is closing."""
    company_name: str
    email: str

    def __repr__(self) -> str:
        return f"PlanEnd({self.member_id}, {self.notice})"


def order_notices(tx: Transaction, company_id: str, notice: PlanNotice, plan_ends_at: datetime) -> None:
    """Let each owner be told. Again changes nothing."""
    tx.execute(
        "INSERT IGNORE INTO plan_end_notices (company_id, member_id, notice, plan_ends_at)"
        " SELECT company_id, id, %s, %s FROM members WHERE company_id = %s AND role = 'owner'",
        (notice, plan_ends_at, company_id),
    )


def withdraw(tx: Transaction, company_id: str) -> None:
    """The plan goes on after all: were it cancelled once more, that would be told once more."""
    tx.execute("DELETE FROM plan_end_notices WHERE company_id = %s AND notice = 'will_end'", (company_id,))


def to_tell(tx: Transaction, now: datetime, after: tuple[str, str, str], most: int) -> list[PlanEnd]:
    """Notices that nobody is sending at this moment, in order from just after (company, member, notice).

    Only what still holds: of a plan that has ended not that it will, and nothing when the agreement has ended.
    """
    return tx.all(
        PlanEnd,
        "SELECT n.company_id, n.member_id, n.notice, n.plan_ends_at, c.ends_at, c.name, p.email"
        " FROM plan_end_notices n JOIN companies c ON c.id = n.company_id"
        " AND IF(n.notice = 'will_end', c.state IN ('active', 'past_due'), c.state = 'closing')"
        " JOIN members m ON m.id = n.member_id AND m.company_id = n.company_id JOIN persons p ON p.id = m.person_id"
        " WHERE n.told_at IS NULL AND (n.claimed_until IS NULL OR n.claimed_until <= %s)"
        " AND (n.company_id, n.member_id, n.notice) > (%s, %s, %s)"
        " ORDER BY n.company_id, n.member_id, n.notice LIMIT %s /* all companies: one job for all */",
        (now, *after, most),
    )


def claim(tx: Transaction, one: PlanEnd, now: datetime, until: datetime) -> bool:
    """Whether it is this worker's to send."""
    return bool(
        tx.execute(
            "UPDATE plan_end_notices SET claimed_until = %s WHERE company_id = %s AND member_id = %s AND notice = %s"
            " AND told_at IS NULL AND (claimed_until IS NULL OR claimed_until <= %s)",
            (until, one.company_id, one.member_id, one.notice, now),
        )
    )


def told(tx: Transaction, one: PlanEnd, now: datetime) -> None:
    tx.execute(
        "UPDATE plan_end_notices SET told_at = %s, claimed_until = NULL"
        " WHERE company_id = %s AND member_id = %s AND notice = %s AND told_at IS NULL",
        (now, one.company_id, one.member_id, one.notice),
    )


def release(tx: Transaction, one: PlanEnd) -> None:
    """The mail did not go: the next run sends it."""
    tx.execute(
        "UPDATE plan_end_notices SET claimed_until = NULL"
        " WHERE company_id = %s AND member_id = %s AND notice = %s AND told_at IS NULL",
        (one.company_id, one.member_id, one.notice),
    )
