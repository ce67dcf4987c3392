"""What endpoints are to be told is written with the move that it tells of: one row an event and endpoint.

Companies without an endpoint cost one question. A redeemed gift's row names its coupon and the day, as the coupon does
itself, and neither send nor delivery: the send is looked up when it is told, while it still points at the gift's hold,
and the coupon is forgotten then. So after the 30th day nothing here leads from a delivery to a gift.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time

from msgspec import Struct

from shared.database.queries import outbox, webhook_messages
from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.topics import EVENTS_WANTED
from shared.domain.webhook import DONE, EVENTS, REDEEMED, subscribes

COLUMNS = "id, company_id, endpoint_id, type, send_id, position, coupon_id, reason, happened_at, state, tries, next_at"

Choices = dict[str, list[str]]
"""What each of a company's endpoints wants to be told."""


class Moved(Struct, frozen=True):
    """A delivery, and the state that it has now."""

    position: int
    state: str
    reason: str | None = None


class _Event(Struct, frozen=True):
    type: str
    happened_at: datetime
    send_id: str | None = None
    position: int | None = None
    coupon_id: str | None = None
    reason: str | None = None


def deliveries_moved(tx: Transaction, company_id: str, send_id: str, moved: Iterable[Moved], now: datetime) -> None:
    told = [one for one in moved if _type(one.state) in EVENTS]
    choices = _choices(tx, company_id, send_id) if told else {}
    if choices:
        _tell(tx, company_id, choices, [_moved(send_id, one, now) for one in told], now)


def deliveries_move(
    tx: Transaction,
    place: tuple[str, str],
    where: str,
    arguments: Sequence[object],
    ending: tuple[str, str | None],
    now: datetime,
) -> None:
    """Tell, just before it is written, that a send's deliveries come to a state, with a reason. `place`: send and
    company; `where` must choose the same rows as the statement that moves them, which are held still.

    They may be 100,000, and their endpoints ten: the database makes the messages by itself.
    """
    (send_id, company_id), (state, reason) = place, ending
    if _type(state) not in EVENTS:
        return
    for endpoint_id, chosen in _choices(tx, company_id, send_id).items():
        if not subscribes(chosen, _type(state)):
            continue
        is_idle = webhook_messages.is_idle(tx, endpoint_id, now)
        told = tx.execute(
            f"INSERT INTO webhook_messages ({COLUMNS}) SELECT CONCAT('evt_', LOWER(HEX(RANDOM_BYTES(8)))), company_id,"
            " %s, %s, send_id, position, NULL, %s, %s, 'due', 0, %s FROM deliveries"
            f" WHERE send_id = %s AND company_id = %s AND {where} FOR UPDATE",
            (endpoint_id, _type(state), reason, now, now, *place, *arguments),
        )
        if told and is_idle:
            outbox.put(tx, EVENTS_WANTED, {"endpoint_id": endpoint_id}, now)


def receipt_came(tx: Transaction, sms_ref: str, state: str, reason: str | None, now: datetime) -> None:
    """The delivery of this SMS has moved to the state."""
    for company_id, send_id, position in tx.all(
        lambda *columns: columns,
        "SELECT company_id, send_id, position FROM deliveries d WHERE sms_ref = %s AND EXISTS"
        " (SELECT 1 FROM webhook_endpoints e WHERE e.company_id = d.company_id AND e.state = 'enabled')"
        " /* all companies: the supplier names the SMS only */",
        (sms_ref,),
    ):
        deliveries_moved(tx, company_id, send_id, [Moved(position, state, reason)], now)


def send_done(tx: Transaction, company_id: str, send_id: str, now: datetime) -> None:
    _tell(tx, company_id, _choices(tx, company_id, send_id), [_Event(DONE, now, send_id)], now)


def gifts_redeemed(tx: Transaction, company_id: str, coupon_ids: Iterable[str], day: date) -> None:
    at = datetime.combine(day, time.min, UTC)
    events = [_Event(REDEEMED, at, coupon_id=coupon_id) for coupon_id in coupon_ids]
    if events:
        _tell(tx, company_id, _choices(tx, company_id, None), events, at)


def _type(state: str) -> str:
    return f"delivery.{state}"


def _moved(send_id: str, one: Moved, now: datetime) -> _Event:
    return _Event(_type(one.state), now, send_id, one.position, reason=one.reason)


def _choices(tx: Transaction, company_id: str, send_id: str | None) -> Choices:
    """Those of endpoints that are called at all: most companies have none. A test's is told of tests alone."""
    return dict(
        tx.all(
            lambda endpoint_id, events: (endpoint_id, events.split(",")),
            "SELECT e.id, e.events FROM webhook_endpoints e WHERE e.company_id = %s AND e.state = 'enabled'"
            " AND (NOT e.test OR EXISTS (SELECT 1 FROM sends s WHERE s.id = %s AND s.company_id = e.company_id"
            " AND s.test))",
            (company_id, send_id),
        )
    )


def _tell(tx: Transaction, company_id: str, choices: Choices, events: Sequence[_Event], now: datetime) -> None:
    for endpoint_id, chosen in choices.items():
        wanted = [one for one in events if subscribes(chosen, one.type)]
        if wanted:
            _write(tx, company_id, endpoint_id, wanted, now)


def _write(tx: Transaction, company_id: str, endpoint_id: str, events: Sequence[_Event], now: datetime) -> None:
    is_idle = webhook_messages.is_idle(tx, endpoint_id, now)
    tx.insert_many(
        f"INSERT INTO webhook_messages ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        [
            (
                *(ids.new_id("evt"), company_id, endpoint_id),
                *(one.type, one.send_id, one.position, one.coupon_id, one.reason, one.happened_at, "due", 0, now),
            )
            for one in events
        ],
    )
    if is_idle:
        outbox.put(tx, EVENTS_WANTED, {"endpoint_id": endpoint_id}, now)
