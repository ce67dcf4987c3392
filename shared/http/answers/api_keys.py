"""What is answered about API keys. The key itself is in one answer only."""

from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import api_keys
from shared.database.queries.api_keys import ApiKey
from shared.database.transactions import Database
from shared.domain.api_key import Mode, State
from shared.domain.scopes import SCOPES
from shared.http.answers.fields import KeyId, MemberId, Moment, one_of
from shared.http.answers.moments import moment
from shared.http.call import Call
from shared.http.paging import Listed, list_body, read_page

Scope = Annotated[str, one_of((*SCOPES,))]


class Key(TypedDict):
    """`last_four`: of its characters. `last_used_at`: the hour, null before the first call."""

    id: KeyId
    name: str
    mode: Annotated[str, one_of(Mode)]
    scopes: list[Scope]
    state: Annotated[str, one_of(State)]
    last_four: str
    created_by: MemberId
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None


class MadeKey(Key):
    """`key` is shown here and never again: it is kept as a keyed hash."""

    key: str


def key(one: ApiKey, now: datetime) -> Key:
    return {
        "id": one.id,
        "name": one.name,
        "mode": one.mode,
        "scopes": one.scopes.split(),
        "state": one.state(now),
        "last_four": one.last_four,
        "created_by": one.created_by,
        "created_at": moment(one.created_at),
        "expires_at": moment(one.expires_at) if one.expires_at else None,
        "last_used_at": moment(one.last_used_at) if one.last_used_at else None,
    }


def made_key(itself: str, kept: ApiKey, now: datetime) -> MadeKey:
    return {**key(kept, now), "key": itself}


def key_list(database: Database, call: Call) -> Listed[Key]:
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        found = api_keys.page(tx, call.company_id, page.before, page.limit)
    last = (found[-1].created_at.isoformat(), found[-1].id) if found else ()
    return list_body([key(one, call.now) for one in found], page.limit, *last)
