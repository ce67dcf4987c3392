"""Every minute: scheduled sends whose time has come begin."""

from datetime import datetime

from shared.database.queries import sends
from shared.database.transactions import Database
from shared.use_cases.sends.accept_send import ask_for_first_coupons

AT_ONCE = 100


def start_due_sends(database: Database, now: datetime) -> int:
    """Start them, some at a time; how many. One that is being cancelled at the same moment is left alone."""
    started = 0
    while True:
        with database.transaction() as tx:
            due = sends.due(tx, now, AT_ONCE)
            for send in due:
                sends.start(tx, send.company_id, send.id, now)
                ask_for_first_coupons(tx, send, now)
        started += len(due)
        if len(due) < AT_ONCE:
            return started
