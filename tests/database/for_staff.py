"""What staff see to: messages given up, SMS in doubt, who has access to what."""

from datetime import date, timedelta
from typing import Any

from shared.database.queries.access_grants import Grant
from shared.database.queries.dead_letters import DeadLetter
from shared.domain import ids
from shared.domain.access import Organisation, What
from shared.domain.delivery import DeliveryState
from shared.domain.phone_number import parse
from shared.domain.topics import SMS_WANTED
from shared.ports import SmsOutcome, SmsResult
from shared.use_cases.sends.settle_delivery import Settlement, settle_delivery
from tests.database.pipeline import Pipeline
from tests.factories import NOON, fictional

ANNA = "anna@upup.example"
SENT, RESEND = Settlement.SENT, Settlement.RESEND


def letter(number: int = 1, body: str = '{"send_id":"snd_1","first":1,"last":500}') -> DeadLetter:
    """Kept so many seconds past noon, published an hour before."""
    kept_at = NOON + timedelta(seconds=number)
    return DeadLetter(
        ids.new_id("ded"),
        number,
        SMS_WANTED,
        body,
        "not acknowledged by send_sms",
        20,
        kept_at - timedelta(hours=1),
        kept_at,
        None,
    )


def doubt(pipeline: Pipeline, *places: int) -> None:
    """Lekab's answer about these is lost."""
    for place in places:
        pipeline.sender.outcomes[parse(fictional(place)).e164] = SmsResult(SmsOutcome.UNKNOWN)


def in_doubt(pipeline: Pipeline, number: int = 2) -> str:
    """A send whose first SMS is in doubt, the others sent."""
    doubt(pipeline, 0)
    send_id = pipeline.sent(number)
    pipeline.sender.outcomes.clear()
    assert pipeline.deliveries(send_id) == ["unknown", *["sent"] * (number - 1)]
    return send_id


def settle(pipeline: Pipeline, send_id: str, settlement: Settlement, position: int = 1) -> DeliveryState:
    with pipeline.database.transaction() as tx:
        return settle_delivery(tx, ANNA, send_id, position, settlement, f"dlv_{position}", pipeline.clock.now())


def a_grant(**changes: Any) -> Grant:
    facts: dict[str, Any] = {
        "id": ids.new_id("grt"),
        "name": "Karin Ek",
        "email": "karin@farm.example",
        "organisation": Organisation.THE_FARM,
        "environment": "production",
        "what": What.DATABASE,
        "role": "reads",
        "since": date(2026, 11, 1),
        "until": None,
        "granted_by": ANNA,
        "granted_at": NOON,
    }
    return Grant(**(facts | changes))
