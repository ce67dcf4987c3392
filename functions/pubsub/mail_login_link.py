"""A login link is made and mailed."""

import functions_framework
from cloudevents.http import CloudEvent

from shared import settings
from shared.app import start
from shared.messaging.consumer import consume
from shared.use_cases.accounts import mail_login_link as use_case

app = start(settings.DatabaseSettings, settings.MailSettings)


def mail(login_request_id: str) -> None:
    parts = use_case.Parts(app.database, app.clock, app.tokens, app.mail, app.core.public_url)
    use_case.mail_login_link(parts, login_request_id)


@functions_framework.cloud_event
def mail_login_link(event: CloudEvent) -> None:
    consume(event, mail, login_request_id=str)
