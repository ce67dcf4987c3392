"""Every ten minutes: receipts that Lekab's callbacks missed."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.sends.poll_receipts import Poll

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.FingerprintSettings, settings.LekabSettings)


def poll() -> dict[str, int]:
    parts = Poll(app.database, app.lekab, app.lekab_gate, app.tokens, app.number_hash, app.clock)
    return {"settled": parts.run()}


def poll_receipts(request: Request) -> Response:
    return run_job(poll)
