"""After a restore the database believes that much is still to be done which has been done since: that is ended here.

The rule: what may have left after the backup never leaves again.
"""

from datetime import datetime
from itertools import groupby

from msgspec import Struct

from shared.database.queries import extra_sms, restored, standing
from shared.database.queries.restored import SendAt
from shared.database.queries.standing import Decision
from shared.database.transactions import Database, Transaction
from shared.domain.retention import LOGIN_LINK_LIFE
from shared.use_cases.accounts.stop_account import BY_STAFF
from shared.use_cases.sends.extra_sms import Refusal, end_unsent
from shared.use_cases.sends.stop_deliveries import end_restored_send

AT_ONCE = 100
MOST_SMS = 500
REASON = "Restored from a backup: ask whether the scheduled sends still stand"


class Settled(Struct):
    """How many of each were ended, and how many companies were stopped until a person has asked them."""

    sends: int = 0
    sms: int = 0
    extra_sms: int = 0
    reminders: int = 0
    sessions: int = 0
    stopped: int = 0
    codes: int = 0


def settle_restored(
    database: Database, at: datetime, closed_at: datetime, now: datetime, *, old_was_read: bool
) -> Settled:
    """`at`: the moment that was restored; `closed_at`: when nothing could leave any more. Again changes nothing, as
    long as nobody has been let in.

    Whether a company has cancelled a scheduled send since, and which codes in stock were given, is known only where the
    given-up database could be read: otherwise the company is stopped, and the stock emptied.
    """
    settled = Settled()
    _end_sends(database, at, closed_at, now, settled)
    _end_extra_sms(database, at, now, settled)
    with database.transaction() as tx:
        settled.reminders = restored.remind_no_more(tx, at, closed_at)
        settled.sessions = restored.end_sessions(tx, at, at + LOGIN_LINK_LIFE)
        if not old_was_read:
            waiting = restored.waiting(tx, at, closed_at)
            settled.codes = restored.empty_stock(tx)
            settled.stopped = sum(_stop(tx, company_id, now) for company_id in sorted({w.company_id for w in waiting}))
    return settled


def _end_sends(database: Database, at: datetime, closed_at: datetime, now: datetime, settled: Settled) -> None:
    after = ""
    while True:
        with database.transaction() as tx:
            found: list[SendAt] = restored.begun(tx, at, closed_at, after, AT_ONCE)
        for one in found:  # each by itself: a send may have 100,000 rows
            with database.transaction() as tx:
                settled.sms += end_restored_send(tx, one.company_id, one.id, now)
        settled.sends += len(found)
        if len(found) < AT_ONCE:
            return
        after = found[-1].id


def _end_extra_sms(database: Database, at: datetime, now: datetime, settled: Settled) -> None:
    while True:
        with database.transaction() as tx:
            found = extra_sms.before(tx, at, MOST_SMS)
            for company_id, rows in groupby(found, lambda one: one.company_id):
                end_unsent(tx, company_id, [(one, Refusal.RESTORED) for one in rows], now)
        settled.extra_sms += len(found)
        if len(found) < MOST_SMS:
            return


def _stop(tx: Transaction, company_id: str, now: datetime) -> bool:
    if not standing.stop(tx, company_id, BY_STAFF, REASON, now):
        return False
    standing.decided(tx, company_id, Decision(now, None, "stop", REASON))
    return True
