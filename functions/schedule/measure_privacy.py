"""Twice an hour: the figures that say whether what is promised of personal data is kept."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.privacy import measure_privacy as use_case

app = start(settings.DatabaseSettings, settings.StaffSettings)


def measure() -> dict[str, int]:
    staff_emails = app.settings.load(settings.StaffSettings).staff_emails
    return use_case.measure_privacy(app.database, staff_emails, app.core.environment, app.clock.now())


def measure_privacy(request: Request) -> Response:
    return run_job(measure)
