"""Twice an hour: persons' requests that wait go on, owners hear of new ones, and what is overdue is counted."""

from flask import Request, Response
from msgspec.structs import asdict

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.privacy import privacy_requests_due as use_case
from shared.use_cases.privacy.carry_out_request import Parts

app = start(
    settings.DatabaseSettings,
    settings.FingerprintSettings,
    settings.MessagingSettings,
    settings.MailchimpSettings,
    settings.HubSpotSettings,
    settings.MailSettings,
    settings.ErasureLogSettings,
)


def go_on() -> dict[str, int]:
    return asdict(use_case.privacy_requests_due(Parts.of(app), app.mail, app.core.public_url, app.clock.now()))


def privacy_requests_due(request: Request) -> Response:
    return run_job(go_on)
