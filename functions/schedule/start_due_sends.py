"""Every minute: scheduled sends whose time has come begin."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.sends import start_due_sends as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings)


def begin() -> dict[str, int]:
    return {"started": use_case.start_due_sends(app.database, app.clock.now())}


def start_due_sends(request: Request) -> Response:
    return run_job(begin)
