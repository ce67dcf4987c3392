"""Daily: gifts that nobody will redeem are voided at their issuer, and their value is released."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.gifts.settle_gifts import settle_gifts

app = start(
    settings.DatabaseSettings, settings.MessagingSettings, settings.FingerprintSettings, settings.ClearOnSettings
)


def settle() -> dict[str, int]:
    return {"settled": settle_gifts(app.database, app.issuers, app.clock.now().date())}


def expire_gifts(request: Request) -> Response:
    return run_job(settle)
