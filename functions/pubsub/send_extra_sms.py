"""A gift's link is sent once more: what its company asked for again, and reminders."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume
from shared.use_cases.sends import send_extra_sms as use_case

app = start(
    settings.DatabaseSettings,
    settings.FingerprintSettings,
    settings.MessagingSettings,
    settings.LekabSettings,
    settings.ClearOnSettings,
)


def hand_over(send_id: str, first: int, last: int) -> None:
    url, gates = app.core.public_url, (app.lekab_gate, app.clearon_gate)
    suppliers = (app.database, app.lekab, app.issuers)
    parts = use_case.Parts(*suppliers, app.tokens, app.clock, url, *gates, app.core.quiet_hours)
    use_case.send_extra_sms(parts, send_id, first, last)


@functions_framework.cloud_event
def send_extra_sms(event: CloudEvent) -> None:
    consume(event, hand_over, send_id=str, first=int, last=int)
