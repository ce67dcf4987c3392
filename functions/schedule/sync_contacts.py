"""Every night: whoever Mailchimp or HubSpot is out of step with is asked for, also where only usage has changed."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.accounts import sync_contacts as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings)


def sync() -> dict[str, int]:
    return use_case.sync_contacts(app.database, app.tokens, app.clock.now())


def sync_contacts(request: Request) -> Response:
    return run_job(sync)
