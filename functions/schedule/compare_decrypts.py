"""Every night: does our log of readings account for every decipher with a company's key?"""

from flask import Request, Response
from msgspec.structs import asdict

from shared import settings
from shared.app import start
from shared.http.job import run_job
from shared.use_cases.privacy import compare_decrypts as use_case

app = start(settings.DatabaseSettings, settings.AuditSettings)


def compare() -> dict[str, int]:
    return asdict(use_case.compare_decrypts(app.database, app.key_audit, app.clock.now()))


def compare_decrypts(request: Request) -> Response:
    return run_job(compare)
