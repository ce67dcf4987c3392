"""Every night: what Stripe says was paid, taken back and subscribed is compared with our books, and healed."""

from flask import Request, Response
from msgspec.structs import asdict

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.billing import reconcile_stripe as use_case

app = start(settings.DatabaseSettings, settings.StripeSettings, settings.MessagingSettings)


def reconcile() -> dict[str, int]:
    return asdict(use_case.reconcile_stripe(app.database, app.payments, app.clock.now()))


def reconcile_stripe(request: Request) -> Response:
    return run_job(reconcile)
