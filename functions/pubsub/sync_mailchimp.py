"""An account holder's change reaches Mailchimp."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume
from shared.use_cases.accounts.sync_contact import AtMailchimp, Parts, sync_contact

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.MailchimpSettings)


def sync(person_id: str) -> None:
    supplier = AtMailchimp(app.marketing)
    sync_contact(Parts(app.database, app.clock, app.tokens, app.mailchimp_gate, supplier), person_id)


@functions_framework.cloud_event
def sync_mailchimp(event: CloudEvent) -> None:
    consume(event, sync, person_id=str)
