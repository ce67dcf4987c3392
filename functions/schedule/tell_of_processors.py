"""Daily: owners are told of sub-processors that were added after they accepted their agreement."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.privacy import tell_of_processors as use_case

app = start(settings.DatabaseSettings, settings.MailSettings)


def tell() -> dict[str, int]:
    return {"told": use_case.tell_of_processors(app.database, app.mail, app.clock.now())}


def tell_of_processors(request: Request) -> Response:
    return run_job(tell)
