"""Staff stop a company at once, let it go on, and lift what holds a new one back. Each with who, when and why."""

from collections.abc import Callable
from datetime import datetime

from shared.database.queries import abuse_reports, companies, staff_log, standing
from shared.database.queries.staff_log import Action
from shared.database.queries.standing import Decision
from shared.database.transactions import Database, Transaction
from shared.domain.chunks import STANDS_STILL
from shared.domain.errors import Conflict, NotFound

BY_STAFF = "staff"


def stop_account(database: Database, staff: str, company_id: str, reason: str, now: datetime) -> None:
    """No new send is accepted, and of those under way no further SMS leaves; what waits stays as it is.

    Raises `NotFound`, and `Conflict` where it is stopped already.
    """

    def stop(tx: Transaction) -> None:
        if not standing.stop(tx, company_id, BY_STAFF, reason, now):
            raise Conflict("The account is stopped already.")

    _decide(database, staff, company_id, Action.ACCOUNT_STOP, reason, now, stop)


def resume_account(database: Database, staff: str, company_id: str, reason: str, now: datetime) -> None:
    """What waited goes on with the next sweep. Recipients' reports so far count as seen.

    Raises `NotFound`, and `Conflict` where it is not stopped.
    """

    def resume(tx: Transaction) -> None:
        if not standing.resume(tx, company_id, now - STANDS_STILL):
            raise Conflict("The account is not stopped.")
        abuse_reports.seen(tx, company_id)

    _decide(database, staff, company_id, Action.ACCOUNT_RESUME, reason, now, resume)


def lift_limits(
    database: Database, staff: str, company_id: str, reason: str, daily_recipients: int | None, now: datetime
) -> None:
    """It no longer counts as new, and has its own daily limit where one is given. Raises `NotFound`."""

    def lift(tx: Transaction) -> None:
        standing.lift_limits(tx, company_id, daily_recipients, now)

    _decide(database, staff, company_id, Action.ACCOUNT_LIFT_LIMITS, reason, now, lift)


def _decide(
    database: Database,
    staff: str,
    company_id: str,
    action: Action,
    reason: str,
    now: datetime,
    change: Callable[[Transaction], None],
) -> None:
    with database.transaction() as tx:
        if companies.lock(tx, company_id) is None:
            raise NotFound("There is no such account.")
        change(tx)
        standing.decided(tx, company_id, Decision(now, staff, action.value.partition(".")[2], reason))
        staff_log.add(tx, staff, action, [company_id], now)
