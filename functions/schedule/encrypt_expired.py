"""Hourly: numbers and gifts whose days in clear are over are encrypted."""

from flask import Request, Response
from msgspec.structs import asdict

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.privacy.encrypt_expired_deliveries import encrypt_expired_deliveries

app = start(settings.DatabaseSettings, settings.KeySettings)


def encrypt() -> dict[str, int]:
    return asdict(encrypt_expired_deliveries(app.database, app.key_service, app.clock))


def encrypt_expired(request: Request) -> Response:
    return run_job(encrypt)
