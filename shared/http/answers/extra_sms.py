"""What asking for an SMS once more answers."""

from datetime import datetime
from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries.extra_sms import ExtraSms
from shared.domain.extra_sms import ExtraState, Language
from shared.domain.plan import EXTRA_PART_ORE
from shared.http.answers.fields import DeliveryId, Moment, Ore, SmsId, one_of
from shared.http.answers.moments import moment
from shared.http.call import Answer


class Resend(TypedDict):
    """The `number`-th SMS with the gift's link beyond its own: it leaves at `leaves_at`, or soon after. Of a test
    `price_ore` is what it would have cost."""

    id: SmsId
    delivery_id: DeliveryId
    number: int
    state: Annotated[str, one_of(ExtraState)]
    language: Language
    price_ore: Ore
    leaves_at: Moment


def resend(delivery_id: str, one: ExtraSms, leaves_at: datetime) -> Answer:
    return Answer(
        201,
        Resend(
            id=one.id,
            delivery_id=delivery_id,
            number=one.number,
            state=one.state,
            language="en" if one.language == "en" else "sv",
            price_ore=EXTRA_PART_ORE,
            leaves_at=moment(leaves_at),
        ),
    )
