"""What is answered about opt-outs."""

from datetime import date
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import opt_outs
from shared.database.transactions import Database
from shared.domain.opt_out import Source
from shared.http.answers.fields import Day, OptOutId, one_of
from shared.http.call import Answer, Call
from shared.http.paging import Listed, list_body, read_page


class OptOut(TypedDict):
    """Whose it is, nobody can see: only a keyed fingerprint of the number is kept."""

    id: OptOutId
    opted_out_on: Day
    source: Annotated[str, one_of(Source)] | None


def opt_out(one: opt_outs.OptOut) -> OptOut:
    return {"id": one.id, "opted_out_on": one.opted_out_on.isoformat(), "source": one.source}


def opt_out_list(database: Database, call: Call) -> Listed[OptOut]:
    page = read_page(call.request, date.fromisoformat, str)
    before = (date.fromisoformat(page.after[0]), page.after[1]) if page.after else None
    with database.transaction() as tx:
        found = opt_outs.page(tx, call.company_id, before, page.limit)
    last = (found[-1].opted_out_on.isoformat(), found[-1].id) if found else ()
    return list_body([opt_out(one) for one in found], page.limit, *last)


def noted(one: opt_outs.OptOut, new: bool) -> Answer:
    """200 for one that was there before."""
    return Answer(201 if new else 200, opt_out(one))
