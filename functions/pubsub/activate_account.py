"""A company's plan is paid: it gets its key and may begin."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume
from shared.use_cases.accounts import activate_account as use_case

app = start(settings.DatabaseSettings, settings.KeySettings, settings.MessagingSettings)


def activate(company_id: str) -> None:
    use_case.activate_account(app.database, app.key_service, company_id, app.clock.now())


@functions_framework.cloud_event
def activate_account(event: CloudEvent) -> None:
    consume(event, activate, company_id=str)
