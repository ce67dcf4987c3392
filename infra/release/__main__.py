"""`python -m infra.release …`: package, foundation, deploy, rollback, smoke. docs/deploy.md tells of each."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import zipfile
from getpass import getuser
from pathlib import Path
from socket import gethostname

from infra.release import smoke as smoke_test
from infra.release.clock import Clock
from infra.release.cloud import AnswerLost, Cloud, CommandFailed, Release
from infra.release.deploy import Desk, NotDeployed, Wish, deploy, roll_back
from infra.release.google import Google
from infra.release.package import name, package
from infra.release.site import SiteIncomplete, lay_out
from infra.release.table import functions, service

CHECKOUT = Path(__file__).parents[2]
BUILD = CHECKOUT / "build"
FOUNDATION = (
    *("network", "database", "storage", "identity", "keys", "secrets"),
    "functions.google_artifact_registry_repository.images",
)
"""Modules that a first deployment needs before it has an archive: docs/deploy.md."""
WATCH_MINUTES = {"dev": 0, "stage": 5, "production": 30}


def main() -> None:
    wanted = _arguments()
    signal.signal(signal.SIGTERM, _interrupt)  # a cancelled run goes back too
    if wanted.command == "package":
        archive = package(CHECKOUT, BUILD)
        print(f"{archive.path.relative_to(CHECKOUT)} {archive.sha256}")
        return
    try:
        google = Google(CHECKOUT / "infra/environments" / wanted.env, _services())
        _do(wanted, google)
    except (NotDeployed, CommandFailed, AnswerLost, SiteIncomplete, smoke_test.SmokeFailed) as fault:
        sys.exit(f"{wanted.command}: {fault}")
    except KeyboardInterrupt:
        sys.exit(f"{wanted.command}: interrupted before anything was changed")


def _do(wanted: argparse.Namespace, google: Google) -> None:
    if wanted.command == "foundation":
        plan = google.plan(
            {"source_object": "none", "site_version": "none"}, [f"module.upup.module.{m}" for m in FOUNDATION]
        )
        if plan is not None and _agreed(plan.text):
            google.apply(plan)
        return
    desk = Desk(f"{getuser()} at {gethostname()}", _agreed, print, lambda: _smoke(google), Clock())
    if wanted.command == "smoke":
        desk.smoke()
    elif wanted.command == "rollback":
        source = name(wanted.release) if wanted.release else ""
        print(f"{roll_back(google, desk, source).source} serves")
    else:
        if google.releases():
            _smoke_key()  # known to be missing now, not at the canary
        with tempfile.TemporaryDirectory(prefix="upup-release-") as folder:
            wish = _wish(google, wanted, Path(folder))
            print(f"{deploy(google, wish, desk).source} serves")


def _wish(cloud: Cloud, wanted: argparse.Namespace, folder: Path) -> Wish:
    """A new release of this checkout, or with `--release` one that served before."""
    minutes = WATCH_MINUTES[wanted.env]
    if wanted.release:
        kept = [one for one in cloud.releases() if one.source == name(wanted.release)]
        if not kept:
            raise NotDeployed(f"{name(wanted.release)} has not served here")
        archive = cloud.download(cloud.environment.source_bucket, kept[-1].source, folder)
        return Wish(None, None, _job_folder(archive, folder), kept[-1], minutes)
    new = package(CHECKOUT, BUILD)
    site = lay_out(CHECKOUT / "web", folder / "site", cloud.environment.site)
    return Wish(new.path, folder / "site", _job_folder(new.path, folder), Release(new.object, site), minutes)


def _job_folder(archive: Path, folder: Path) -> Path:
    job = folder / "job"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(job)
    return Path(shutil.copytree(Path(__file__).parent / "job", job, dirs_exist_ok=True))


def _smoke_key() -> str:
    key = os.environ.get("SMOKE_KEY")
    if not key:
        raise smoke_test.SmokeFailed("SMOKE_KEY is not set: docs/deploy.md")
    return key


def _smoke(google: Google) -> None:
    key = _smoke_key()
    smoke_test.smoke(google.environment.public_url, key, os.environ.get("SMOKE_SENDER", "UpUp"), print)


def _agreed(plan: str) -> bool:
    print(plan)
    return os.environ.get("YES") == "1" or input("Apply this? Write yes: ") == "yes"


def _services() -> set[str]:
    return {service(function) for function in functions(CHECKOUT / "infra/functions.yaml")}


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt("it was told to stop")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.release")
    parser.add_argument("command", choices=("package", "foundation", "deploy", "rollback", "smoke"))
    parser.add_argument("--env", choices=tuple(WATCH_MINUTES), default="dev")
    parser.add_argument("--release", default="", help="the archive's twelve digits, of a release that has served")
    return parser.parse_args()


if __name__ == "__main__":
    main()
