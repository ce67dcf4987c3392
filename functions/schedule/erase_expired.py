"""Every three hours: what has had its time is deleted."""

from flask import Request, Response
from msgspec.structs import asdict

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.privacy import erase_expired as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings)


def erase() -> dict[str, int]:
    return asdict(use_case.erase_expired(app.database, app.clock.now()))


def erase_expired(request: Request) -> Response:
    return run_job(erase)
