"""A company's endpoint is told what has happened."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume
from shared.use_cases.webhooks import call_endpoint as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.WebhookSettings)


def call(endpoint_id: str) -> None:
    parts = use_case.Parts(app.database, app.clock, app.tokens, app.webhook_caller)
    use_case.call_endpoint(parts, endpoint_id)


@functions_framework.cloud_event
def notify_company(event: CloudEvent) -> None:
    consume(event, call, endpoint_id=str)
