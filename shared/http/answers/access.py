"""What staff's calls about the access register answer."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import access_grants, staff_log
from shared.database.queries.access_grants import Grant, Review
from shared.database.queries.staff_log import Action
from shared.database.transactions import Database
from shared.domain.access import Environment, Organisation, What
from shared.http.answers.fields import Day, Email, GrantId, Moment, one_of
from shared.http.answers.moments import moment
from shared.http.answers.register_csv import csv_answer
from shared.http.call import Answer, Call
from shared.http.paging import MOST, Listed, list_body, read_page


class AccessReview(TypedDict):
    reviewed_at: Moment
    reviewed_by: Email


class Access(TypedDict):
    """`past_its_end`: it was to end, and nobody has said that it was taken away."""

    id: GrantId
    state: Annotated[str, one_of(("granted", "past_its_end", "ended"))]
    name: str
    email: Email
    organisation: Annotated[str, one_of(Organisation)]
    environment: Annotated[str, one_of(Environment)]
    what: Annotated[str, one_of(What)]
    role: str
    since: Day
    until: Day | None
    granted_by: Email
    granted_at: Moment
    ended_by: Email | None
    ended_at: Moment | None


class AccessList(Listed[Access]):
    last_review: AccessReview | None


COLUMNS = (
    "id",
    "state",
    "name",
    "email",
    "organisation",
    "environment",
    "what",
    "role",
    "since",
    "until",
    "granted_by",
    "granted_at",
    "ended_by",
    "ended_at",
)
TIMES = ("granted_at", "ended_at")


def access_list(database: Database, call: Call) -> AccessList:
    """Newest first, with the last review. Raises `NotAcceptable`."""
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        found = access_grants.page(tx, page.before, page.limit)
        reviewed = access_grants.last_review(tx)
    last = (found[-1].granted_at.isoformat(), found[-1].id) if found else ()
    items = [access(one, call.now.date()) for one in found]
    return {**list_body(items, page.limit, *last), "last_review": review(reviewed) if reviewed else None}


def access_file(database: Database, call: Call) -> Answer:
    """All of the register, for the yearly review."""
    return csv_answer("access", COLUMNS, list(_lines(database, call)), TIMES)


def _lines(database: Database, call: Call) -> Iterator[Access]:
    with database.transaction() as tx:
        staff_log.add(tx, call.staff, Action.REGISTER_EXPORT, ["access"], call.now)
    before = None
    while True:
        with database.transaction() as tx:
            found = access_grants.page(tx, before, MOST)
        yield from (access(one, call.now.date()) for one in found)
        if len(found) < MOST:
            return
        before = (found[-1].granted_at, found[-1].id)


def access(one: Grant, today: date) -> Access:
    return {
        "id": one.id,
        "state": _state(one, today),
        "name": one.name,
        "email": one.email,
        "organisation": one.organisation,
        "environment": one.environment,
        "what": one.what,
        "role": one.role,
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
        "granted_by": one.granted_by,
        "granted_at": moment(one.granted_at),
        "ended_by": one.ended_by,
        "ended_at": moment(one.ended_at),
    }


def _state(one: Grant, today: date) -> str:
    if one.ended_at is not None:
        return "ended"
    return "past_its_end" if one.until is not None and one.until < today else "granted"


def review(one: Review) -> AccessReview:
    return {"reviewed_at": moment(one.at), "reviewed_by": one.staff}
