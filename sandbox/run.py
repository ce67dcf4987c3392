"""What one run of the sandbox has made up: folder, ports and secrets, which its processes share in a file."""

from __future__ import annotations

import base64
import fcntl
import json
import secrets
import shutil
import tempfile
from dataclasses import asdict, dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Self

from sandbox.processes import free_port

PROJECT = "upup-sandbox"
KEY_RING = f"projects/{PROJECT}/locations/europe-north1/keyRings/upup"
DATABASE = "upup"
IAP_AUDIENCE = "/projects/1/global/backendServices/1"
IAP_KEYS_PATH = "/iap/verify/public_key"
MAILCHIMP_AUDIENCE = "a1b2c3d4e5"
ERASURE_BUCKET = "upup-sandbox-erasures"
SITE_BUCKET = "upup-sandbox-site"
SITE_VERSION = "checkout"
TRACES_PATH = "/v1/traces"


def _secret() -> str:
    return secrets.token_urlsafe(24)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


@dataclass(frozen=True)
class Run:
    """Everything the processes of one run agree on before they start."""

    checkout: str
    folder: str
    web_port: int
    console_port: int
    database_port: int = field(default_factory=free_port)
    pubsub_functions_port: int = field(default_factory=free_port)
    schedule_functions_port: int = field(default_factory=free_port)
    stripe_port: int = field(default_factory=free_port)
    lekab_port: int = field(default_factory=free_port)
    clearon_port: int = field(default_factory=free_port)
    mandrill_port: int = field(default_factory=free_port)
    mailchimp_port: int = field(default_factory=free_port)
    hubspot_port: int = field(default_factory=free_port)
    kms_port: int = field(default_factory=free_port)
    pubsub_port: int = field(default_factory=free_port)
    checkout_port: int = field(default_factory=free_port)
    iap_port: int = field(default_factory=free_port)
    logging_port: int = field(default_factory=free_port)
    storage_port: int = field(default_factory=free_port)
    traces_port: int = field(default_factory=free_port)
    token_key: str = field(default_factory=_key)
    stripe_api_key: str = field(default_factory=lambda: f"sk_test_{_secret()}")
    stripe_webhook_secret: str = field(default_factory=lambda: f"whsec_{_secret()}")
    lekab_username: str = "upup"
    lekab_password: str = field(default_factory=_secret)
    lekab_callback_secret: str = field(default_factory=_secret)
    clearon_api_key: str = field(default_factory=_secret)
    clearon_callback_secret: str = field(default_factory=_secret)
    mandrill_key: str = field(default_factory=_secret)
    mailchimp_key: str = field(default_factory=_secret)
    hubspot_token: str = field(default_factory=_secret)

    @property
    def path(self) -> Path:
        return Path(self.folder)

    @property
    def public_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def console_url(self) -> str:
        return f"http://127.0.0.1:{self.console_port}"

    @property
    def functions_table(self) -> Path:
        return Path(self.checkout) / "infra" / "functions.yaml"

    @property
    def clock_file(self) -> Path:
        return self.path / "clock_offset_seconds"

    @property
    def file(self) -> Path:
        return self.path / "run.json"

    @property
    def database_folder(self) -> Path:
        return self.path / "database"

    @property
    def database_file(self) -> Path:
        return self.path / "database.json"

    @property
    def database_down_file(self) -> Path:
        """There while the stand-ins want MariaDB stopped; the supervisor sees to it."""
        return self.path / "database_down"

    @property
    def stand_ins_file(self) -> Path:
        """Written by the stand-ins when all of them listen."""
        return self.path / "stand_ins.json"

    @property
    def function_logs(self) -> Path:
        return self.path / "logs" / "functions"

    def host_file(self, kind: str) -> Path:
        """The process id of what serves the functions of this kind."""
        return self.path / f"{kind}.pid"

    @property
    def stand_ins_log(self) -> Path:
        return self.path / "logs" / "stand_ins.log"

    def save(self) -> None:
        self.file.touch(mode=0o600)
        self.file.write_text(json.dumps(asdict(self)), "utf-8")

    @classmethod
    def load(cls, file: Path) -> Self:
        return cls(**json.loads(file.read_text("utf-8")))


class RunFolder:
    """A fresh folder under `.sandbox/`, locked while it is used; what a killed run left behind is removed."""

    def __init__(self, sandbox_folder: Path) -> None:
        sandbox_folder.mkdir(exist_ok=True, mode=0o700)
        _remove_abandoned(sandbox_folder)
        self.path = Path(tempfile.mkdtemp(prefix="run-", dir=sandbox_folder))
        self._lock = _locked(self.path)
        (self.path / "logs" / "functions").mkdir(parents=True)

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()


def _remove_abandoned(sandbox_folder: Path) -> None:
    for folder in sandbox_folder.glob("run-*"):
        # A folder without its lock file is one that another start is making at this moment.
        if (folder / "lock").exists() and (lock := _locked(folder)) is not None:
            shutil.rmtree(folder, ignore_errors=True)
            lock.close()


def _locked(folder: Path) -> TextIOWrapper | None:
    """The folder's lock, held until it is closed or this process ends; None if another process holds it."""
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
