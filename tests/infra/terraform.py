"""Terraform, where there is one with its provider: TERRAFORM=… names another command than `terraform`."""

import os
import shlex
import subprocess
from pathlib import Path

INFRA = Path(__file__).resolve().parents[2] / "infra"
SECONDS = 300
NO_PROVIDER = ("Failed to query available provider packages", "Could not retrieve the list")


class NotAvailable(Exception):
    """There is no Terraform, or it cannot fetch its provider."""


class Terraform:
    """The command, tried once; raises `NotAvailable`."""

    def __init__(self, command: str = os.environ.get("TERRAFORM", "terraform")) -> None:
        self._command = shlex.split(command)
        try:
            version = self.run(INFRA, "version")
        except FileNotFoundError:
            raise NotAvailable("Terraform is not installed") from None
        if version.returncode:
            raise NotAvailable(f"Terraform does not start: {version.stderr.strip()}")

    def run(self, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
        command = [*self._command, f"-chdir={folder}", *options]
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603

    def init(self, folder: Path) -> None:
        """Raises `NotAvailable` without the provider."""
        done = self.run(folder, "init", "-backend=false", "-input=false", "-no-color")
        if any(reason in done.stderr for reason in NO_PROVIDER):
            raise NotAvailable("Terraform's provider cannot be fetched")
        assert done.returncode == 0, done.stderr

    def test(self, folder: Path) -> str:
        """What its tests of the folder say is wrong, in one line; nothing where all hold."""
        self.init(folder)
        done = self.run(folder, "test", "-no-color")
        return " ".join((done.stdout + done.stderr).split()) if done.returncode else ""
