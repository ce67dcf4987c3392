"""Every five minutes: owners are told of a breach that concerns their company."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.privacy import tell_of_breaches as use_case

app = start(settings.DatabaseSettings, settings.MailSettings)


def tell() -> dict[str, int]:
    return {"told": use_case.tell_of_breaches(app.database, app.mail, app.clock.now())}


def tell_of_breaches(request: Request) -> Response:
    return run_job(tell)
