"""Every minute: webhook endpoints are called again, and owners are told of those that UpUp calls no more."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.webhooks import retry_webhooks as use_case
from shared.use_cases.webhooks.tell_of_disabled import tell_of_disabled

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.MailSettings)


def retry() -> dict[str, int]:
    nudged = use_case.retry_webhooks(app.database, app.clock.now())
    return {"nudged": nudged, "told": tell_of_disabled(app.database, app.mail)}


def retry_webhooks(request: Request) -> Response:
    return run_job(retry)
