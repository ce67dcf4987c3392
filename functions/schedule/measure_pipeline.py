"""Every five minutes: the figures that say whether sends move."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.sends import measure_pipeline as use_case

app = start(settings.DatabaseSettings)


def measure() -> dict[str, int]:
    return use_case.measure_pipeline(app.database, app.clock.now())


def measure_pipeline(request: Request) -> Response:
    return run_job(measure)
