"""An account holder's change reaches HubSpot."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume
from shared.use_cases.accounts.sync_contact import AtHubSpot, Parts, sync_contact

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.HubSpotSettings)


def sync(person_id: str) -> None:
    supplier = AtHubSpot(app.crm)
    sync_contact(Parts(app.database, app.clock, app.tokens, app.hubspot_gate, supplier), person_id)


@functions_framework.cloud_event
def sync_hubspot(event: CloudEvent) -> None:
    consume(event, sync, person_id=str)
