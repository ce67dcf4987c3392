"""A chunk of deliveries gets its coupons."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume
from shared.use_cases.sends import issue_coupons as use_case

app = start(
    settings.DatabaseSettings, settings.FingerprintSettings, settings.MessagingSettings, settings.ClearOnSettings
)


def issue(send_id: str, first: int, last: int) -> None:
    use_case.issue_coupons(app.database, app.issuers, app.transit, app.clock, app.clearon_gate, send_id, first, last)


@functions_framework.cloud_event
def issue_coupons(event: CloudEvent) -> None:
    consume(event, issue, send_id=str, first=int, last=int)
