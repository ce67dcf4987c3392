"""What staff say and see of disclosures, and of the versions of keys that are still needed."""

import re
from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, StringConstraints
from typing_extensions import TypedDict

from shared.database.queries import disclosures, key_versions
from shared.database.transactions import Database, Transaction
from shared.domain import disclosure as rules
from shared.domain.delivery import DeliveryState
from shared.domain.disclosure import LONGEST_REASON, SHORTEST_REASON, DisclosureState
from shared.http.answers.fields import AccountId, Day, DeliveryId, DisclosureId, Email, Moment, SendId, one_of
from shared.http.answers.moments import moment
from shared.http.bodies.common import Id, Line, Strict
from shared.http.call import Call
from shared.http.paging import Listed, Page, list_body, read_page, read_position
from shared.privacy.delivery_id import DeliveryIds
from shared.privacy.tokens import TokenHasher

_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_LONG_NUMBER = re.compile(r"\d(?:[ ()./-]{0,3}\d){8}")


def _nobody(text: str) -> str:
    if "@" in text or _LONG_NUMBER.search(_DAY.sub("", text)):
        raise ValueError(
            "Name no person here: no number, no address. Write what must be found out, and for which case."
        )
    return text


class DisclosureBody(Strict):
    send_id: Id
    reason: Annotated[
        Line,
        StringConstraints(min_length=SHORTEST_REASON, max_length=LONGEST_REASON),
        AfterValidator(_nobody),
        Field(description="Why these rows must be read. It is kept for 12 months: no personal data belongs in it."),
    ]


class Disclosure(TypedDict):
    id: DisclosureId
    send_id: SendId
    account_id: AccountId
    reason: str
    state: Annotated[str, one_of(DisclosureState)]
    asked_by: Email
    asked_at: Moment
    approved_by: Email | None
    approved_at: Moment | None
    closes_at: Moment | None
    readings: int


class Disclosed(TypedDict):
    """A deciphered delivery: who got what."""

    id: DeliveryId
    position: int
    state: Annotated[str, one_of(DeliveryState)]
    phone: str
    gift: str | None


class KeyVersion(TypedDict):
    account_id: AccountId
    version: str
    data_keys: int
    first_send_day: Day
    last_send_day: Day


def disclosure(one: disclosures.Disclosure, now: datetime, readings: int = 0) -> Disclosure:
    return {
        "id": one.id,
        "send_id": one.send_id,
        "account_id": one.company_id,
        "reason": one.reason,
        "state": one.state(now),
        "asked_by": one.asked_by,
        "asked_at": moment(one.asked_at),
        "approved_by": one.approved_by,
        "approved_at": moment(one.approved_at),
        "closes_at": moment(one.closes_at),
        "readings": readings,
    }


def disclosure_list(database: Database, call: Call) -> Listed[Disclosure]:
    """Newest first. Raises `NotAcceptable`."""
    page = read_page(call.request, datetime.fromisoformat, str)
    with database.transaction() as tx:
        found = disclosures.page(tx, page.before, page.limit)
        readings = disclosures.readings(tx, [one.id for one in found])
    last = (found[-1].asked_at.isoformat(), found[-1].id) if found else ()
    return list_body([disclosure(one, call.now, readings.get(one.id, 0)) for one in found], page.limit, *last)


class DisclosedPage(NamedTuple):
    """From just after a position, so many at most."""

    after: int
    most: int


def disclosed_page(call: Call) -> DisclosedPage:
    """Raises `NotAcceptable`."""
    page = read_page(call.request, read_position)
    return DisclosedPage(int(page.after[0]) if page.after else 0, page.limit)


def disclosed_list(tokens: TokenHasher, send_id: str, found: list[rules.Disclosed], most: int) -> Listed[Disclosed]:
    """Deciphered deliveries in the order of the upload."""
    ids = DeliveryIds(tokens)
    last = (str(found[-1].position),) if found else ()
    return list_body([_disclosed(ids.encode(send_id, one.position), one) for one in found], most, *last)


def _disclosed(delivery_id: str, one: rules.Disclosed) -> Disclosed:
    return {
        "id": delivery_id,
        "position": one.position,
        "state": one.state,
        "phone": one.phone,
        "gift": one.gift,
    }


def key_version_list(tx: Transaction, page: Page) -> Listed[KeyVersion]:
    after = (page.after[0], page.after[1]) if page.after else None
    found = key_versions.page(tx, after, page.limit)
    last = (found[-1].company_id, found[-1].version) if found else ()
    return list_body([_key_version(one) for one in found], page.limit, *last)


def _key_version(one: key_versions.KeyVersion) -> KeyVersion:
    return {
        "account_id": one.company_id,
        "version": one.version,
        "data_keys": one.data_keys,
        "first_send_day": one.first_send_day.isoformat(),
        "last_send_day": one.last_send_day.isoformat(),
    }
