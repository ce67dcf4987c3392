"""An owner, or a program, says where UpUp is to tell of what happens: endpoints, their secrets, what is told again."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from shared.database.queries import companies, webhook_endpoints, webhook_messages
from shared.database.queries.people import Session
from shared.database.queries.webhook_endpoints import Endpoint
from shared.database.transactions import Database, Transaction
from shared.domain import ids
from shared.domain.errors import Conflict, Forbidden, NotAcceptable, NotFound
from shared.domain.webhook import MOST_ENDPOINTS, OLD_SECRET_LIFE, SUBSCRIBABLE, TEST
from shared.domain.webhook_endpoint import EndpointChange, WantedEndpoint, fault_of
from shared.privacy.tokens import TokenHasher
from shared.privacy.webhook_secrets import new_secret, seal

ENABLED, DISABLED = "enabled", "disabled"
OPEN = ("active", "past_due")


def add_endpoint(
    database: Database, tokens: TokenHasher, asking: Session, wanted: WantedEndpoint, now: datetime, *, loopback: bool
) -> tuple[Endpoint, str]:
    """The endpoint and its secret, for the only time. A test key's is told of tests alone.

    Raises `NotAcceptable`, `Forbidden` for an account that is not open, `Conflict` where there are too many.
    """
    _check(wanted.url, loopback)
    added = Endpoint(
        id=ids.new_id("whe"),
        company_id=asking.company_id,
        url=wanted.url,
        events=_written(wanted.events),
        description=wanted.description,
        state=ENABLED,
        created_at=now,
        test=asking.is_test,
    )
    secret = new_secret()
    with database.transaction() as tx:
        company = companies.lock(tx, asking.company_id)  # two at once do not pass the most together
        if company is None or company.state not in OPEN:
            raise Forbidden("This takes an account whose agreement goes on and whose plan is paid.")
        if webhook_endpoints.count(tx, asking.company_id) >= MOST_ENDPOINTS:
            raise Conflict(f"A company has at most {MOST_ENDPOINTS} endpoints. Delete one first.")
        webhook_endpoints.add(tx, added)
        webhook_endpoints.add_secret(tx, added.company_id, added.id, seal(tokens, added.id, secret), now)
    return added, secret


def change_endpoint(
    database: Database, asking: Session, endpoint_id: str, to: EndpointChange, *, loopback: bool
) -> Endpoint:
    """Another address, or one that is called again, has three days of its own to answer.

    Raises `NotFound`, `NotAcceptable`.
    """
    if to.url is not None:
        _check(to.url, loopback)
    with database.transaction() as tx:
        known = _found(tx, asking, endpoint_id)
        state = known.state if to.enabled is None else ENABLED if to.enabled else DISABLED
        anew = state != known.state or to.url not in (None, known.url)
        changed = replace(
            known,
            url=to.url or known.url,
            events=known.events if to.events is None else _written(to.events),
            description=known.description if to.description is None else to.description,
            state=state,
            failing_since=None if anew else known.failing_since,
        )
        webhook_endpoints.change(tx, changed)
        if state != known.state:  # who does this knows of it
            webhook_endpoints.owners_told(tx, known.company_id, [known.id])
    return changed


def delete_endpoint(database: Database, asking: Session, endpoint_id: str) -> None:
    """With all that was told to it, or was to be. Raises `NotFound`."""
    with database.transaction() as tx:
        found = _found(tx, asking, endpoint_id)
        webhook_endpoints.remove(tx, found.company_id, found.id)


def replace_secret(
    database: Database, tokens: TokenHasher, asking: Session, endpoint_id: str, now: datetime
) -> tuple[str, datetime]:
    """A new secret, for the only time, and until when the one before it signs as well. Raises `NotFound`."""
    secret, until = new_secret(), now + OLD_SECRET_LIFE
    with database.transaction() as tx:
        found = _found(tx, asking, endpoint_id)
        webhook_endpoints.add_secret(tx, found.company_id, found.id, seal(tokens, found.id, secret), until)
    return secret, until


def tell_test(database: Database, asking: Session, endpoint_id: str, now: datetime) -> str:
    """Have the endpoint told of nothing but this; the message's id. Raises `NotFound`, `Conflict`."""
    message_id = ids.new_id("evt")
    with database.transaction() as tx:
        found = _called(tx, asking, endpoint_id)
        webhook_messages.add_test(tx, found.company_id, found.id, message_id, TEST, now)
    return message_id


def tell_again(database: Database, asking: Session, endpoint_id: str, message_id: str, now: datetime) -> str:
    """Have the endpoint told of something once more, under the same id. Raises `NotFound`, `Conflict`."""
    with database.transaction() as tx:
        found = _called(tx, asking, endpoint_id)
        if not webhook_messages.replay(tx, found.company_id, found.id, message_id, now):
            raise NotFound("There is no such message. They are kept for 30 days.")
    return message_id


def _called(tx: Transaction, asking: Session, endpoint_id: str) -> Endpoint:
    found = _found(tx, asking, endpoint_id)
    if found.state != ENABLED:
        raise Conflict('This endpoint is not called. Enable it first, with PATCH and {"enabled": true}.')
    return found


def _found(tx: Transaction, asking: Session, endpoint_id: str) -> Endpoint:
    """Held still. A test key finds those of test keys."""
    found = webhook_endpoints.get(tx, asking.company_id, endpoint_id, tests_only=asking.is_test, lock=True)
    if found is None:
        raise NotFound("There is no such endpoint.")
    return found


def _check(url: str, loopback: bool) -> None:
    if fault := fault_of(url, loopback=loopback):
        raise NotAcceptable("UpUp cannot call this address.", [fault])


def _written(events: Sequence[str]) -> str:
    return ",".join(one for one in SUBSCRIBABLE if one in events)
