"""Every hour: who has unsubscribed at Mailchimp is known here too."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.accounts import read_subscriptions as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.MailchimpSettings)


def read() -> dict[str, int]:
    return use_case.read_subscriptions(app.database, app.marketing, app.clock.now())


def read_subscriptions(request: Request) -> Response:
    return run_job(read)
