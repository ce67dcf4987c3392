"""The access register: access is given, taken away, and gone through once a year."""

from datetime import datetime

from shared.database.queries import access_grants, staff_log
from shared.database.queries.access_grants import Grant, Review
from shared.database.queries.staff_log import Action
from shared.database.transactions import Database
from shared.domain.access import UPUPS_ALONE, Organisation
from shared.domain.errors import Conflict, Fault, NotAcceptable, NotFound


def grant_access(database: Database, grant: Grant) -> Grant:
    """Raises `NotAcceptable`, for Stripe to anybody but UpUp's own."""
    faults = []
    if grant.what in UPUPS_ALONE and grant.organisation != Organisation.UPUP:
        text = "Stripe is for UpUp's named staff alone: The Farm Interactive's people never get access to it."
        faults.append(Fault("what", "upup_alone", text))
    if grant.until is not None and grant.until < grant.since:
        faults.append(Fault("until", "before_since", "It ends on the day on which it begins, or later."))
    if faults:
        raise NotAcceptable("This access cannot be given.", faults)
    with database.transaction() as tx:
        access_grants.add(tx, grant)
        staff_log.add(tx, grant.granted_by, Action.ACCESS_GRANT, [grant.id], grant.granted_at)
    return grant


def end_access(database: Database, staff: str, grant_id: str, now: datetime) -> Grant:
    """Raises `NotFound`, and `Conflict` for what has ended before."""
    with database.transaction() as tx:
        ended = access_grants.end(tx, grant_id, staff, now)
        found = access_grants.get(tx, grant_id)
        if found is None:
            raise NotFound("There is no such access.")
        if not ended:
            raise Conflict("This access has ended before.")
        staff_log.add(tx, staff, Action.ACCESS_END, [grant_id], now)
    return found


def review_access(database: Database, staff: str, now: datetime) -> Review:
    """Note that somebody has gone through all of it."""
    review = Review(now, staff)
    with database.transaction() as tx:
        access_grants.add_review(tx, review)
        staff_log.add(tx, staff, Action.ACCESS_REVIEW, ["access"], now)
    return review
