"""Every minute: what a dead worker or a lost message has left standing goes on."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.accounts.sync_contacts import sweep_contacts
from shared.use_cases.sends import sweep_stuck as use_case

app = start(settings.DatabaseSettings, settings.FingerprintSettings, settings.MessagingSettings)


def sweep() -> dict[str, int]:
    now = app.clock.now()
    done = use_case.sweep_stuck(app.database, app.number_hash, now)
    return done | {"contacts": sweep_contacts(app.database, now)}


def sweep_stuck(request: Request) -> Response:
    return run_job(sweep)
