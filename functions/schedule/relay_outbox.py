"""Every minute: messages that were not published after their commit are published."""

from flask import Request, Response

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.messages import relay_outbox as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings)


def relay() -> dict[str, int]:
    return {"relayed": use_case.relay_outbox(app.database, app.publisher, app.clock.now())}


def relay_outbox(request: Request) -> Response:
    return run_job(relay)
