"""Staff have what is open of an agreement's end tried again at once."""

from datetime import datetime

from shared.database.queries import agreements, companies, staff_log
from shared.database.transactions import Database
from shared.domain.errors import Conflict, NotFound


def retry_ending(database: Database, staff: str, account_id: str, now: datetime) -> int:
    """How many steps are open. Raises `NotFound`, and `Conflict` where none is."""
    with database.transaction() as tx:
        if companies.get(tx, account_id) is None:
            raise NotFound("There is no such account.")
        left = agreements.retry(tx, account_id, now)
        if not left:
            raise Conflict("Nothing of this agreement's end is open.")
        staff_log.add(tx, staff, staff_log.Action.RETRY_ENDING, [account_id], now)
        return left
