"""What is answered about webhook endpoints and what was told to them. A secret is in one answer only."""

from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import webhook_endpoints, webhook_messages
from shared.database.queries.webhook_endpoints import Endpoint
from shared.database.queries.webhook_messages import Attempt
from shared.database.transactions import Database, Transaction
from shared.domain.errors import NotFound
from shared.domain.webhook import EVENTS, SUBSCRIBABLE, TEST
from shared.http.answers.fields import AttemptId, EndpointId, MessageId, Moment, Url, one_of
from shared.http.answers.moments import moment
from shared.http.call import Call
from shared.http.paging import Listed, list_body, read_page
from shared.ports import WebhookTrouble

ENDPOINT_STATES = ("enabled", "disabled", "failing", "gone")
MESSAGE_STATES = ("due", "delivered", "given_up")


class EndpointShown(TypedDict):
    """`state`: `failing` and `gone` are such as UpUp has given up, after three days without a good answer or after a
    410. `failing_since`: when the calls that did not work began, null while they do. `test`: made with a test key, and
    told of tests alone.
    """

    id: EndpointId
    url: Url
    events: list[Annotated[str, one_of(SUBSCRIBABLE)]]
    description: str
    state: Annotated[str, one_of(ENDPOINT_STATES)]
    test: bool
    failing_since: Moment | None
    created_at: Moment


class MadeEndpoint(EndpointShown):
    """`secret` is shown here and never again."""

    secret: str


class NewSecret(TypedDict):
    """`secret` is shown here and never again; the one before it goes on signing beside it until `old_signs_until`."""

    secret: str
    old_signs_until: Moment


class ToBeTold(TypedDict):
    """The `webhook-id` that the message will have."""

    id: MessageId


class AttemptShown(TypedDict):
    """One call. `status`: the HTTP status of the answer, or null where `trouble` says why there was none. `state`: how
    far the message has come since. `next_attempt_at`: when it is tried again, null where it is not.
    """

    id: AttemptId
    message_id: MessageId
    type: Annotated[str, one_of((*EVENTS, TEST))]
    at: Moment
    status: int | None
    trouble: Annotated[str, one_of(WebhookTrouble)] | None
    duration_ms: int
    state: Annotated[str, one_of(MESSAGE_STATES)]
    next_attempt_at: Moment | None


def endpoint(one: Endpoint) -> EndpointShown:
    return {
        "id": one.id,
        "url": one.url,
        "events": list(one.chosen),
        "description": one.description,
        "state": one.state,
        "test": bool(one.test),
        "failing_since": moment(one.failing_since) if one.failing_since else None,
        "created_at": moment(one.created_at),
    }


def made_endpoint(one: Endpoint, secret: str) -> MadeEndpoint:
    return {**endpoint(one), "secret": secret}


def new_secret(secret: str, old_until: datetime) -> NewSecret:
    return {"secret": secret, "old_signs_until": moment(old_until)}


def to_be_told(message_id: str) -> ToBeTold:
    return {"id": message_id}


def endpoint_list(database: Database, call: Call) -> Listed[EndpointShown]:
    """A test key sees those of test keys."""
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        found = webhook_endpoints.page(tx, call.company_id, page.before, page.limit, tests_only=call.member.is_test)
    last = (found[-1].created_at.isoformat(), found[-1].id) if found else ()
    return list_body([endpoint(one) for one in found], page.limit, *last)


def one_endpoint(database: Database, call: Call) -> EndpointShown:
    """Raises `NotFound`."""
    with database.transaction() as tx:
        return endpoint(_found(tx, call))


def attempt_list(database: Database, call: Call) -> Listed[AttemptShown]:
    """Raises `NotFound`."""
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        one = _found(tx, call)
        found = webhook_messages.attempts(tx, one.company_id, one.id, page.before, page.limit)
    last = (found[-1].at.isoformat(), found[-1].id) if found else ()
    return list_body([_attempt(one) for one in found], page.limit, *last)


def _found(tx: Transaction, call: Call) -> Endpoint:
    found = webhook_endpoints.get(tx, call.company_id, call.path["endpoint_id"], tests_only=call.member.is_test)
    if found is None:
        raise NotFound("There is no such endpoint.")
    return found


def _attempt(one: Attempt) -> AttemptShown:
    return {
        "id": one.id,
        "message_id": one.message_id,
        "type": one.type,
        "at": moment(one.at),
        "status": one.status,
        "trouble": one.trouble,
        "duration_ms": one.duration_ms,
        "state": one.state,
        "next_attempt_at": moment(one.next_at) if one.state == "due" else None,
    }
