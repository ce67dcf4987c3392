"""An invitation's link is made and mailed."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume
from shared.use_cases.accounts import mail_invitation as use_case

app = start(settings.DatabaseSettings, settings.MailSettings)


def mail(invitation_id: str) -> None:
    parts = use_case.Parts(app.database, app.clock, app.tokens, app.mail, app.core.public_url)
    use_case.mail_invitation(parts, invitation_id)


@functions_framework.cloud_event
def mail_invitation(event: CloudEvent) -> None:
    consume(event, mail, invitation_id=str)
