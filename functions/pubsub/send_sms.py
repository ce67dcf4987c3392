"""A chunk of deliveries is handed to Lekab."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume
from shared.use_cases.sends.hand_over_sms import HandOver, hand_over_sms

app = start(settings.DatabaseSettings, settings.FingerprintSettings, settings.MessagingSettings, settings.LekabSettings)


def hand_over(send_id: str, first: int, last: int) -> None:
    url, gate = app.core.public_url, app.lekab_gate
    parts = HandOver(app.database, app.lekab, app.transit, app.tokens, app.number_hash, app.clock, url, gate)
    hand_over_sms(parts, send_id, first, last)


@functions_framework.cloud_event
def send_sms(event: CloudEvent) -> None:
    consume(event, hand_over, send_id=str, first=int, last=int)
