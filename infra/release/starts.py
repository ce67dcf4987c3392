"""`python -m infra.release.starts ARCHIVE PYTHON`: whether every function starts from the archive and answers.

PYTHON has what requirements.txt pins. No database, key service or supplier is there: what is proven is that the code,
its packages and its settings are whole, and that each function meets their absence with an answer of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from infra.release.table import Row, functions

AWAY = "127.0.0.1:9"
SETTINGS = {
    "ENVIRONMENT": "development",
    "PUBLIC_URL": "http://127.0.0.1",
    "SUPPLIER_TIMEOUT_SECONDS": "1",
    "TOKEN_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "FINGERPRINT_MASTER": "AAAA",
    "DATABASE_NAME": "upup",
    "DATABASE_USER": "upup",
    "DATABASE_ADDRESS": AWAY,
    "GOOGLE_CLOUD_PROJECT": "upup",
    "KMS_KEY_RING": "projects/upup/locations/europe-north1/keyRings/upup",
    "KMS_ADDRESS": AWAY,
    "PUBSUB_ADDRESS": AWAY,
    "STORAGE_URL": f"http://{AWAY}",
    "LOGGING_URL": f"http://{AWAY}",
    "ERASURE_BUCKET": "upup-erasures",
    "SITE_BUCKET": "upup-site",
    "SITE_VERSION": "none",
    "IAP_AUDIENCE": "/projects/1/global/backendServices/1",
    "IAP_CERTS_URL": f"http://{AWAY}/iap",
    "STAFF_EMAILS": "anna@upup.example",
    "STAFF_MAIL": "staff@upup.example",
    "MAIL_FROM": "hej@upup.example",
    "CONTACT_MAIL_TO": "staff@upup.example",
    "PRIVACY_CONTACTS": "UpUp=dataskydd@upup.example",
    "STRIPE_API_KEY": "none",
    "STRIPE_URL": f"http://{AWAY}",
    "LEKAB_USERNAME": "none",
    "LEKAB_PASSWORD": "none",
    "LEKAB_URL": f"http://{AWAY}",
    "LEKAB_CALLBACK_SECRET": "none",
    "CLEARON_URL": f"http://{AWAY}",
    "CLEARON_API_KEY": "none",
    "CLEARON_CALLBACK_SECRET": "none",
    "MANDRILL_KEY": "none",
    "MANDRILL_URL": f"http://{AWAY}",
    "MAILCHIMP_URL": f"http://{AWAY}/3.0",
    "MAILCHIMP_KEY": "none",
    "MAILCHIMP_AUDIENCE": "none",
    "HUBSPOT_TOKEN": "none",
    "HUBSPOT_URL": f"http://{AWAY}",
}
"""A whole environment with nobody at its addresses."""

ANSWERS = ("application/problem+json", "application/json", "text/html")


class NotWhole(Exception):
    """The archive, its packages or its settings lack something; a line each."""


def starts(archive: Path, table: Path, python: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """What each function answered. Raises `NotWhole`."""
    rows = functions(table)
    with tempfile.TemporaryDirectory(prefix="upup-archive-") as folder:
        zipfile.ZipFile(archive).extractall(folder)
        program = Path(__file__).with_name("start_all.py")
        wanted = [{"name": name, "kind": row.kind, "path": _path(row)} for name, row in rows.items()]
        run = subprocess.run(
            [*python, "-P", str(program), folder],  # -P: none of our modules beside it
            input=json.dumps(wanted),
            env=SETTINGS | environment,
            capture_output=True,
            text=True,
            check=False,
        )
    if run.returncode:
        raise NotWhole(run.stderr[-2000:])
    told: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    faults = [f"no module {name}" for name in told["imports"]]
    faults += [f"{name}: {said}" for name, said in told["functions"].items() if not answered(rows[name].kind, said)]
    if faults or told["functions"].keys() != rows.keys():
        raise NotWhole("\n".join(faults))
    functions_told: dict[str, Any] = told["functions"]
    return functions_told


def answered(kind: str, said: dict[str, Any]) -> bool:
    """Whether this is what our own code says, and not the framework or a crash.

    A request is served or refused; a message that is not ours is taken and dropped; a job says without a body that it
    failed, as its database is away.
    """
    status = said.get("status", 0)
    if kind == "http":
        return status in (200, 400, 401, 403, 404, 405, 503) and str(said["type"]).startswith(ANSWERS)
    return 200 <= status < 300 if kind == "pubsub" else (status, said.get("length")) == (500, 0) or status == 200


def _path(row: Row) -> str:
    return row.routes[0].replace("*", "x") if row.kind == "http" else "/"


if __name__ == "__main__":
    answers = starts(Path(sys.argv[1]), Path("infra/functions.yaml"), [sys.argv[2]], {})
    print(f"{len(answers)} functions start from {sys.argv[1]} and answer")
