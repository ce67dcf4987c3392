"""Every ten minutes: redemptions that ClearOn's callbacks missed."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.gifts import record_redemptions

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.ClearOnSettings)


def poll() -> dict[str, int]:
    today = app.clock.now().date()
    return {"redeemed": record_redemptions.poll_redemptions(app.database, app.clearon, today)}


def poll_redemptions(request: Request) -> Response:
    return run_job(poll)
