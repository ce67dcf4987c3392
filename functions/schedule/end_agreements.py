"""Twice an hour: agreements whose grace is over end, and steps that no supplier has confirmed are tried again."""

from flask import Request, Response
from msgspec.structs import asdict

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.accounts import end_agreement as use_case

app = start(
    settings.DatabaseSettings,
    settings.MessagingSettings,
    settings.KeySettings,
    settings.StripeSettings,
    settings.MailchimpSettings,
    settings.HubSpotSettings,
    settings.ErasureLogSettings,
)


def end() -> dict[str, int]:
    suppliers = (app.payments, app.key_destroyer, app.marketing, app.crm, app.erasure_log)
    parts = use_case.Parts(app.database, app.clock, *suppliers)
    return asdict(use_case.end_agreements(parts))


def end_agreements(request: Request) -> Response:
    return run_job(end)
