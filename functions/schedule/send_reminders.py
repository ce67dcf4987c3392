"""Twice an hour by day: who has not opened a gift is reminded of it, where its company has asked for that."""

from flask import Request, Response
from msgspec.structs import asdict

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.sends import remind as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings)


def remind() -> dict[str, int]:
    return asdict(use_case.remind(app.database, app.clock, app.core.quiet_hours))


def send_reminders(request: Request) -> Response:
    return run_job(remind)
