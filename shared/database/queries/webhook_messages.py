"""What endpoints are told, as who calls them needs it, and what came of the calls. webhook_events.py writes it down."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.database.queries import outbox
from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.topics import EVENTS_WANTED
from shared.domain.webhook import TEST


class ToTell(Struct, frozen=True):
    """One message that is due. A redeemed gift's names no delivery, and its send only until that is encrypted."""

    test: bool
    """Of a send that reached no supplier, or of none at all."""
    id: str
    type: str
    send_id: str | None
    position: int | None
    reason: str | None
    happened_at: datetime
    tries: int


class Told(Struct, frozen=True):
    """What came of one call. `next_at`: of one that is still due."""

    message_id: str
    state: str
    tries: int
    next_at: datetime
    status: int | None
    trouble: str | None
    duration_ms: int


class Attempt(Struct, frozen=True):
    """One call; `state` and `next_at` are its message's now."""

    id: str
    message_id: str
    type: str
    at: datetime
    status: int | None
    trouble: str | None
    duration_ms: int
    state: str
    next_at: datetime


def add_test(tx: Transaction, company_id: str, endpoint_id: str, message_id: str, type_: str, now: datetime) -> None:
    tx.execute(
        "INSERT INTO webhook_messages (id, company_id, endpoint_id, type, happened_at, state, tries, next_at)"
        " VALUES (%s, %s, %s, %s, %s, 'due', 0, %s)",
        (message_id, company_id, endpoint_id, type_, now, now),
    )
    outbox.put(tx, EVENTS_WANTED, {"endpoint_id": endpoint_id}, now)


def due(tx: Transaction, company_id: str, endpoint_id: str, now: datetime, most: int) -> list[ToTell]:
    """The oldest that are due. A redeemed gift's send is named for as long as it points at its hold."""
    return tx.all(
        lambda test, *rest: ToTell(bool(test), *rest),
        "SELECT m.type = %s OR COALESCE(s.test, FALSE), m.id, m.type, COALESCE(m.send_id, g.id), m.position, m.reason,"
        " m.happened_at, m.tries FROM webhook_messages m"
        " LEFT JOIN sends s ON s.id = m.send_id AND s.company_id = m.company_id"
        " LEFT JOIN coupons c ON c.id = m.coupon_id AND c.company_id = m.company_id"
        " LEFT JOIN sends g ON g.hold_id = c.hold_id AND g.company_id = m.company_id"
        " WHERE m.company_id = %s AND m.endpoint_id = %s AND m.state = 'due' AND m.next_at <= %s"
        " ORDER BY m.next_at, m.id LIMIT %s",
        (TEST, company_id, endpoint_id, now, most),
    )


def is_due(tx: Transaction, endpoint_id: str, now: datetime) -> bool:
    return bool(
        tx.value(
            "SELECT 1 FROM webhook_messages WHERE endpoint_id = %s AND state = 'due' AND next_at <= %s LIMIT 1"
            " /* all companies: the message names the endpoint */",
            (endpoint_id, now),
        )
    )


def is_idle(tx: Transaction, endpoint_id: str, now: datetime) -> bool:
    """Before a message is written: whether somebody must be asked to call the endpoint. Nobody must where it is being
    called, as its worker looks once more when it lets go, nor where something is due already, which somebody was
    asked for. Until this transaction ends the endpoint is held still: neither a claim nor a letting go overtakes it.
    """
    is_free = tx.value(
        "SELECT claimed_until IS NULL OR claimed_until < %s FROM webhook_endpoints WHERE id = %s LOCK IN SHARE MODE"
        " /* all companies: the event's own company chose it */",
        (now, endpoint_id),
    )
    return bool(is_free) and not is_due(tx, endpoint_id, now)


def told(tx: Transaction, company_id: str, endpoint_id: str, outcomes: Sequence[Told], now: datetime) -> None:
    """Write what the calls came to; a message that is over forgets which coupon it was about."""
    alike = defaultdict(list)
    for one in outcomes:
        alike[one.state, one.tries, one.next_at].append(one.message_id)
    for (state, tries, next_at), message_ids in alike.items():
        tx.execute(
            "UPDATE webhook_messages SET state = %s, tries = %s, next_at = %s,"
            " coupon_id = IF(%s = 'due', coupon_id, NULL) WHERE company_id = %s AND id IN %s AND state = 'due'",
            (state, tries, next_at, state, company_id, message_ids),
        )
    tx.insert_many(
        "INSERT INTO webhook_attempts (id, message_id, endpoint_id, company_id, at, status, trouble, duration_ms)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (ids.new_id("att"), one.message_id, endpoint_id, company_id, now, one.status, one.trouble, one.duration_ms)
            for one in outcomes
        ],
    )


def attempts(
    tx: Transaction, company_id: str, endpoint_id: str, before: tuple[datetime, str] | None, most: int
) -> list[Attempt]:
    """Newest first, from just before the given place."""
    where, place = ("", ()) if before is None else (" AND (a.at, a.id) < (%s, %s)", before)
    return tx.all(
        Attempt,
        "SELECT a.id, a.message_id, m.type, a.at, a.status, a.trouble, a.duration_ms, m.state, m.next_at"
        " FROM webhook_attempts a JOIN webhook_messages m ON m.id = a.message_id AND m.company_id = a.company_id"
        f" WHERE a.endpoint_id = %s AND a.company_id = %s{where} ORDER BY a.at DESC, a.id DESC LIMIT %s",
        (endpoint_id, company_id, *place, most),
    )


def replay(tx: Transaction, company_id: str, endpoint_id: str, message_id: str, now: datetime) -> bool:
    """Have a message told once more, as if it were new; whether it is there. A redeemed gift's that was told has
    forgotten its coupon, and names no send now."""
    found = tx.value(
        "SELECT type FROM webhook_messages WHERE id = %s AND endpoint_id = %s AND company_id = %s FOR UPDATE",
        (message_id, endpoint_id, company_id),
    )
    if found is None:
        return False
    tx.execute(
        "UPDATE webhook_messages SET state = 'due', tries = 0, next_at = %s WHERE id = %s AND company_id = %s",
        (now, message_id, company_id),
    )
    outbox.put(tx, EVENTS_WANTED, {"endpoint_id": endpoint_id}, now)
    return True
