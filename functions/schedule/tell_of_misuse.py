"""Every five minutes: staff are told which companies recipients' reports have stopped."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.accounts import tell_of_misuse as use_case

app = start(settings.DatabaseSettings, settings.StaffMailSettings)


def tell() -> dict[str, int]:
    address = app.settings.load(settings.StaffMailSettings).staff_mail
    return {"told": use_case.tell_of_misuse(app.database, app.mail, address, app.clock.now())}


def tell_of_misuse(request: Request) -> Response:
    return run_job(tell)
