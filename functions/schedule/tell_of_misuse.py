"""Every five minutes: staff are told which companies recipients' reports have stopped, and which codes run out."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.accounts import tell_of_misuse as use_case
from shared.use_cases.gifts.tell_of_low_stock import tell_of_low_stock

app = start(settings.DatabaseSettings, settings.StaffMailSettings)


def tell() -> dict[str, int]:
    address = app.settings.load(settings.StaffMailSettings).staff_mail
    now = app.clock.now()
    told = use_case.tell_of_misuse(app.database, app.mail, address, now)
    return {"told": told, "low_stocks": tell_of_low_stock(app.database, app.mail, address, now)}


def tell_of_misuse(request: Request) -> Response:
    return run_job(tell)
