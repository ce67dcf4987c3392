"""What staff's calls about personal data breaches answer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import breaches, staff_log
from shared.database.queries.breaches import Entry, Standing
from shared.database.queries.staff_log import Action
from shared.database.transactions import Database
from shared.domain.breach import BreachState, report_by
from shared.domain.errors import NotFound
from shared.http.answers.fields import AccountId, BreachId, Email, MemberId, Moment, one_of
from shared.http.answers.moments import moment
from shared.http.answers.register_csv import csv_answer
from shared.http.call import Answer, Call
from shared.http.paging import MOST, Listed, list_body, read_page


class Breach(TypedDict):
    """`seconds_to_report` is null once it is reported; `late` where it was not in time."""

    id: BreachId
    state: Annotated[str, one_of(BreachState)]
    happened_at: Moment
    found_at: Moment
    report_by: Moment
    seconds_to_report: int | None
    late: bool
    reported_at: Moment | None
    what: str
    consequences: str
    all_companies: bool
    companies_concerned: int
    owners_told: int
    owners_to_tell: int
    registered_by: Email
    registered_at: Moment


class BreachEntry(TypedDict):
    at: Moment
    by: Email
    state: Annotated[str, one_of(BreachState)] | None
    measures: str | None
    message: str | None


class ToldOwner(TypedDict):
    account_id: AccountId
    member_id: MemberId
    told_at: Moment


class WholeBreach(Breach):
    """With its entries, the companies concerned, and who was told."""

    companies: list[AccountId]
    entries: list[BreachEntry]
    told: list[ToldOwner]


COLUMNS = (
    "id",
    "state",
    "happened_at",
    "found_at",
    "report_by",
    "reported_at",
    "what",
    "consequences",
    "companies_concerned",
    "owners_told",
    "entry_at",
    "entry_by",
    "entry_state",
    "entry_measures",
    "entry_message",
)
TIMES = ("happened_at", "found_at", "report_by", "reported_at", "entry_at")


def breach_list(database: Database, call: Call) -> Listed[Breach]:
    """Newest first. Raises `NotAcceptable`."""
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        found = breaches.page(tx, page.before, page.limit)
        standings = breaches.standings(tx, [one.id for one in found])
    last = (found[-1].registered_at.isoformat(), found[-1].id) if found else ()
    return list_body([_breach(one, standings[one.id], call.now) for one in found], page.limit, *last)


def one_breach(database: Database, breach_id: str, now: datetime) -> WholeBreach:
    """Raises `NotFound`."""
    with database.transaction() as tx:
        found = breaches.get(tx, breach_id)
        if found is None:
            raise NotFound("There is no such breach.")
        return {
            **_breach(found, breaches.standings(tx, [breach_id])[breach_id], now),
            "companies": breaches.companies(tx, breach_id),
            "entries": [_entry(one) for one in breaches.entries(tx, [breach_id])],
            "told": [
                {"account_id": one.company_id, "member_id": one.member_id, "told_at": moment(one.told_at)}
                for one in breaches.told(tx, breach_id)
            ],
        }


def breach_file(database: Database, call: Call) -> Answer:
    """A line for each entry of each breach, newest breach first."""
    return csv_answer("breaches", COLUMNS, list(_lines(database, call)), TIMES)


def _lines(database: Database, call: Call) -> Iterator[dict[str, object]]:
    with database.transaction() as tx:
        staff_log.add(tx, call.staff, Action.REGISTER_EXPORT, ["breaches"], call.now)
    before = None
    while True:
        with database.transaction() as tx:
            found = breaches.page(tx, before, MOST)
            standings = breaches.standings(tx, [one.id for one in found])
            entries = breaches.entries(tx, [one.id for one in found])
        for one in found:
            shown = _breach(one, standings[one.id], call.now)
            for entry in entries:
                if entry.breach_id == one.id:
                    yield {**shown, **{f"entry_{name}": value for name, value in _entry(entry).items()}}
        if len(found) < MOST:
            return
        before = (found[-1].registered_at, found[-1].id)


def _breach(one: breaches.Breach, standing: Standing, now: datetime) -> Breach:
    deadline = report_by(one.found_at)
    late = standing.state is BreachState.OPEN and now > deadline
    return {
        "id": one.id,
        "state": standing.state,
        "happened_at": moment(one.happened_at),
        "found_at": moment(one.found_at),
        "report_by": moment(deadline),
        "seconds_to_report": int((deadline - now).total_seconds()) if standing.state is BreachState.OPEN else None,
        "late": late,
        "reported_at": moment(standing.reported_at),
        "what": one.what,
        "consequences": one.consequences,
        "all_companies": one.all_companies,
        "companies_concerned": standing.companies,
        "owners_told": standing.told,
        "owners_to_tell": standing.to_tell,
        "registered_by": one.registered_by,
        "registered_at": moment(one.registered_at),
    }


def _entry(one: Entry) -> BreachEntry:
    return {
        "at": moment(one.at),
        "by": one.staff,
        "state": one.state,
        "measures": one.measures,
        "message": one.message,
    }
