"""What staff's calls answer. Numbers stay masked: nobody needs them in clear to decide."""

import json
from datetime import datetime
from typing import Annotated, Any

from typing_extensions import TypedDict

from shared.database.queries import dead_letters, staff_log, uncertain
from shared.database.queries.dead_letters import DeadLetter
from shared.database.queries.uncertain import Uncertain
from shared.database.transactions import Database, Transaction
from shared.domain.delivery import DeliveryState
from shared.domain.errors import Fault, NotAcceptable, NotFound
from shared.domain.phone_number import PhoneNumber
from shared.http.answers.fields import AccountId, DeadLetterId, DeliveryId, Moment, SendId, one_of
from shared.http.answers.moments import moment
from shared.http.call import Call
from shared.http.paging import Listed, Page, list_body, read_page, read_position
from shared.privacy.delivery_id import DeliveryIds
from shared.privacy.tokens import TokenHasher


class DeadLetterShown(TypedDict):
    """`message` holds ids only."""

    id: DeadLetterId
    topic: str
    message: dict[str, Any]
    reason: str
    attempts: int
    age_seconds: int
    published_at: Moment
    kept_at: Moment
    replayed_at: Moment | None


class Replayed(TypedDict):
    replayed: int


class UncertainDelivery(TypedDict):
    """An SMS of which nobody knows whether it left. Its number stays masked."""

    id: DeliveryId
    account_id: AccountId
    send_id: SendId
    state: Annotated[str, one_of(("unknown",))]
    reason: str | None
    since: Moment
    phone: str | None


class Settled(TypedDict):
    id: DeliveryId
    state: Annotated[str, one_of(DeliveryState)]


def dead_letter_list(tx: Transaction, page: Page, now: datetime) -> Listed[DeadLetterShown]:
    found = dead_letters.page(tx, page.before, page.limit)
    last = (found[-1].kept_at.isoformat(), found[-1].id) if found else ()
    return list_body([_dead_letter(one, now) for one in found], page.limit, *last)


def _dead_letter(one: DeadLetter, now: datetime) -> DeadLetterShown:
    return {
        "id": one.id,
        "topic": one.topic,
        "message": json.loads(one.body),
        "reason": one.reason,
        "attempts": one.attempts,
        "age_seconds": max(0, int((now - one.published_at).total_seconds())),
        "published_at": moment(one.published_at),
        "kept_at": moment(one.kept_at),
        "replayed_at": moment(one.replayed_at),
    }


def uncertain_to_staff(database: Database, tokens: TokenHasher, call: Call) -> Listed[UncertainDelivery]:
    """That they have seen it is in staff's log. Raises as `_uncertain_page`."""
    page = _uncertain_page(call)
    with database.transaction() as tx:
        staff_log.add(tx, call.staff, staff_log.Action.SEE_UNKNOWN, ["unknown"], call.now)
        return uncertain_list(tx, page, DeliveryIds(tokens))


def _uncertain_page(call: Call) -> Page:
    """Raises `NotAcceptable`, also for another state than the one that staff settle."""
    if call.request.args.get("state", "unknown") != "unknown":
        fault = Fault("state", "not_listed", "Only deliveries in the state unknown are listed here.")
        raise NotAcceptable("The list cannot be shown like this.", [fault])
    return read_page(call.request, datetime.fromisoformat, str, read_position)


def uncertain_list(tx: Transaction, page: Page, ids: DeliveryIds) -> Listed[UncertainDelivery]:
    before = None
    if page.after:
        since, send_id, position = page.after
        before = datetime.fromisoformat(since), send_id, int(position)
    found = uncertain.page(tx, before, page.limit)
    last = (found[-1].since.isoformat(), found[-1].send_id, str(found[-1].position)) if found else ()
    return list_body([_uncertain(one, ids) for one in found], page.limit, *last)


def _uncertain(one: Uncertain, ids: DeliveryIds) -> UncertainDelivery:
    return {
        "id": ids.encode(one.send_id, one.position),
        "account_id": one.company_id,
        "send_id": one.send_id,
        "state": "unknown",
        "reason": one.reason,
        "since": moment(one.since),
        "phone": str(PhoneNumber(one.phone)) if one.phone else None,
    }


def delivery_place(delivery_id: str, ids: DeliveryIds) -> tuple[str, int]:
    """Send and position. Raises `NotFound`."""
    try:
        return ids.decode(delivery_id)
    except ValueError:
        raise NotFound("There is no such delivery.") from None
