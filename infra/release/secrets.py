"""`python -m infra.release.secrets --project upup-stage`: gives each secret without a value its first one.

What can be made up is made here, what a provider gave is asked for. Values go to gcloud by its standard input: no file,
list of processes or history holds one. Prints the lines for terraform.tfvars.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from getpass import getpass
from pathlib import Path
from secrets import token_bytes, token_urlsafe

import yaml

from infra.release.cloud import CommandFailed
from shared.privacy.fingerprint import MASTER_CONTEXT, MASTER_KEY

CHECKOUT = Path(__file__).parents[2]
KEY_BYTES = 32

Run = Callable[[list[str], bytes], bytes]
"""A command and what it reads, to what it prints. Raises `CommandFailed`."""


def run(command: list[str], given: bytes) -> bytes:
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    if done.returncode:
        raise CommandFailed(f"{' '.join(command[:4])}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


class Secrets:
    """Of one project, in one region."""

    def __init__(self, project: str, region: str, run: Run, ask: Callable[[str], str]) -> None:
        self._project, self._region, self._run, self._ask = project, region, run, ask

    def fill(self, names: set[str]) -> dict[str, str]:
        """The newest version of each. One that has a version keeps it: some values can never be made again."""
        return {name: self._newest(name) or self._add(name, self._value(name)) for name in sorted(names)}

    def _value(self, name: str) -> bytes:
        match name:
            case "TOKEN_KEY":
                return base64.b64encode(token_bytes(KEY_BYTES))
            case "FINGERPRINT_MASTER":
                return base64.b64encode(self._wrapped(token_bytes(KEY_BYTES)))
            case "LEKAB_CALLBACK_SECRET" | "CLEARON_CALLBACK_SECRET":
                return token_urlsafe(KEY_BYTES).encode()
        value = self._ask(f"{name}: ").strip()
        if not value:
            raise CommandFailed(f"{name} must have a value")
        return value.encode()

    def _wrapped(self, master: bytes) -> bytes:
        with tempfile.NamedTemporaryFile() as context:
            context.write(MASTER_CONTEXT)
            context.flush()
            return self._gcloud(
                *("kms", "encrypt", f"--location={self._region}", "--keyring=upup", f"--key={MASTER_KEY}"),
                *("--plaintext-file=-", "--ciphertext-file=-", f"--additional-authenticated-data-file={context.name}"),
                given=master,
            )

    def _newest(self, name: str) -> str:
        listed = json.loads(
            self._gcloud("secrets", "versions", "list", name, "--sort-by=~createTime", "--limit=1", "--format=json")
        )
        return _number(listed[0]) if listed else ""

    def _add(self, name: str, value: bytes) -> str:
        added = self._gcloud("secrets", "versions", "add", name, "--data-file=-", "--format=json", given=value)
        return _number(json.loads(added))

    def _gcloud(self, *options: str, given: bytes = b"") -> bytes:
        return self._run(["gcloud", *options, f"--project={self._project}", "--quiet"], given)


def names(table: Path) -> set[str]:
    rows = yaml.safe_load(table.read_text("utf-8"))["functions"].values()
    return {name for row in rows for name in row.get("secrets", ())}


def _number(version: dict[str, str]) -> str:
    return version["name"].rpartition("/")[2]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.release.secrets")
    parser.add_argument("--project", required=True)
    parser.add_argument("--region", default="europe-north1")
    wanted = parser.parse_args()
    try:
        versions = Secrets(wanted.project, wanted.region, run, getpass).fill(names(CHECKOUT / "infra/functions.yaml"))
    except CommandFailed as fault:
        sys.exit(str(fault))
    print("secret_versions = {", *(f'  {name} = "{number}"' for name, number in versions.items()), "}", sep="\n")


if __name__ == "__main__":
    main()
