"""What is answered about senders, to the company and to staff."""

from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import sender_names
from shared.database.queries.sender_names import SenderName
from shared.database.transactions import Database
from shared.domain.errors import NotFound
from shared.domain.look_alike import resembles
from shared.domain.misuse import State
from shared.http.answers.fields import AccountId, Moment, SenderId, one_of
from shared.http.answers.moments import moment
from shared.http.call import Call
from shared.http.paging import Listed, Page, list_body, read_page, read_state


class Sender(TypedDict):
    """`texts_state`: of texts that speak of banks, codes or accounts; null where there was none. `looks_like`: whose
    sender it could be taken for."""

    id: SenderId
    sender: str
    state: Annotated[str, one_of(State)]
    texts_state: Annotated[str, one_of(State)] | None
    reason: str | None
    looks_like: str | None
    asked_at: Moment
    decided_at: Moment | None


class StaffsSender(Sender):
    account_id: AccountId


def sender(one: SenderName) -> Sender:
    return {
        "id": one.id,
        "sender": one.sender,
        "state": one.state,
        "texts_state": one.texts,
        "reason": one.reason,
        "looks_like": resembles(one.sender),
        "asked_at": moment(one.asked_at),
        "decided_at": moment(one.decided_at),
    }


def staffs_sender(one: SenderName) -> StaffsSender:
    return {**sender(one), "account_id": one.company_id}


def sender_list(database: Database, call: Call) -> Listed[Sender]:
    page, found = _senders(database, call, call.company_id)
    return list_body([sender(one) for one in found], page.limit, *_place(found))


def staffs_sender_list(database: Database, call: Call) -> Listed[StaffsSender]:
    page, found = _senders(database, call, None)
    return list_body([staffs_sender(one) for one in found], page.limit, *_place(found))


def one_staffs_sender(database: Database, company_id: str, sender_id: str) -> StaffsSender:
    """Raises `NotFound`."""
    with database.transaction() as tx:
        found = sender_names.get(tx, company_id, sender_id)
    if found is None:
        raise NotFound("There is no such sender.")
    return staffs_sender(found)


def _senders(database: Database, call: Call, company_id: str | None) -> tuple[Page, list[SenderName]]:
    page, state = read_page(call.request, datetime.fromisoformat, str), read_state(call.request, tuple(State))
    with database.transaction() as tx:
        return page, sender_names.page(tx, company_id, state, page.before, page.limit)


def _place(found: list[SenderName]) -> tuple[str, ...]:
    """Of the last one, for the cursor."""
    return (found[-1].asked_at.isoformat(), found[-1].id) if found else ()
