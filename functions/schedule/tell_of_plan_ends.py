"""Every ten minutes: owners are told that their plan will end, or has ended, at Stripe."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.accounts import tell_of_plan_ends as use_case

app = start(settings.DatabaseSettings, settings.MailSettings)


def tell() -> dict[str, int]:
    return {"told": use_case.tell_of_plan_ends(app.database, app.mail, app.core.public_url, app.clock.now())}


def tell_of_plan_ends(request: Request) -> Response:
    return run_job(tell)
