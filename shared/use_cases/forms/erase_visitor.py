"""A visitor's data is erased by staff, wherever it is: at the suppliers, and in an invitation that is open."""

from datetime import datetime

from shared.database.queries import invitations, people, persons_data, staff_log
from shared.database.transactions import Database
from shared.domain.errors import Conflict
from shared.ports import Crm, Marketing


def erase_visitor(database: Database, marketing: Marketing, crm: Crm, email: str, staff: str, now: datetime) -> None:
    """Again does no harm. Raises `Conflict` for an account holder's, `SupplierUnavailable` until both have done it."""
    with database.transaction() as tx:
        person = people.find_by_email(tx, email)
        if person and persons_data.goes_on_elsewhere(tx, person.id):
            raise Conflict("This is an account holder: their company asks for it with POST /v1/privacy/requests.")
        # whose it was is not written: the log outlives the erasure
        staff_log.add(tx, staff, staff_log.Action.VISITOR_ERASE, ["visitor"], now)
        invitations.remove_to(tx, email, now)
    marketing.erase(email)
    crm.erase(email)
