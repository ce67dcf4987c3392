"""`python -m infra.release.restore --env stage --at 2026-11-23T10:00Z --suffix 2`: the database as it was at a moment.

Its rights are the door. It is closed before the clone is made, and nobody but three jobs may write to the clone until
its figures are right. A step that fails leaves it closed, and the same command goes on. docs/restore.md says why.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path
from socket import gethostname
from typing import Protocol

from infra.release.clock import Clock
from infra.release.cloud import AnswerLost, Cloud, CommandFailed, Job
from infra.release.google_restore import Back, RestoringGoogle
from infra.release.table import functions, service
from infra.release.traffic import move
from infra.release.turn import turn

CHECKOUT = Path(__file__).parents[2]
MIGRATE, GRANT, RESTORE = "shared.database.migrate", "shared.database.grants", "shared.restore"
JOBS = ("end_agreements", "encrypt_expired", "erase_expired")
"""They end what came back with the backup; each also looks for rows of which the one before knows nothing yet."""
LAST_CALLS_SECONDS = 60
"""A call to Lekab that had begun when the database was closed has ended by then."""
FIGURES_SECONDS = 3600
LOOK_EVERY_SECONDS = 60


class NotRestored(Exception):
    """What went wrong; the database is closed, or as it was before when nothing had begun."""


class Restoring(Cloud, Protocol):
    """A deployment's port, and what only a restore needs. Each call may be made again."""

    @property
    def back(self) -> Back: ...

    def present(self) -> str:
        """The instance that Terraform's state means; empty where `adopt` was cut off between the old and the new."""

    def has_instance(self, name: str) -> bool: ...

    def clone(self, instance: str, to: str, at: datetime) -> None:
        """Returns when the new one runs."""

    def restart(self, instance: str) -> None:
        """Cuts all connections."""

    def adopt(self, instance: str) -> None:
        """From now on Terraform's state means this instance."""

    def run_schedule(self, service: str) -> None:
        """Now, whether it rests or not; returns at once."""


class Time(Protocol):
    def now(self) -> datetime: ...
    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Wish:
    """`old_is_readable`: whether what was decided since can still be read from the database that is given up."""

    at: datetime
    suffix: str
    old_is_readable: bool


@dataclass(frozen=True)
class Desk:
    """Who restores, asks and tells."""

    who: str
    agreed: Callable[[str], bool]
    say: Callable[[str], None]
    time: Time


def restore(cloud: Restoring, wish: Wish, desk: Desk) -> None:
    """Raises `NotRestored`."""
    try:
        with turn(cloud, f"{desk.who}, since {desk.time.now():%H:%M}, restores", desk.say):
            _restore(cloud, wish, desk)
    except (CommandFailed, AnswerLost) as error:
        raise NotRestored(f"nothing was begun: {error}") from error


def _restore(cloud: Restoring, wish: Wish, desk: Desk) -> None:
    try:
        _Drill(cloud, wish, desk).run()
    except (CommandFailed, AnswerLost) as error:
        raise NotRestored(f"{error}\nThe database stays closed. Mend it, and give the same command again.") from error


class _Drill:
    def __init__(self, cloud: Restoring, wish: Wish, desk: Desk) -> None:
        self._cloud, self._wish, self._desk = cloud, wish, desk
        self._new = f"upup-{wish.suffix}"
        self._old = cloud.present() or self._new
        release = cloud.releases()[-1]
        self._release = {"source_object": release.source, "site_version": release.site}
        image = f"{cloud.environment.repository}/jobs:{release.source.removesuffix('.zip')}"
        at = cloud.environment
        self._owner = Job("upup-migrate", image, at.migrate_account, at.settings)
        self._restorer = Job("upup-restore", image, cloud.back.account, cloud.back.settings, cloud.back.secrets)

    def run(self) -> None:
        if self._old == self._new:  # settled before, and something failed while it was taken over or later
            question = f"{self._new} is the database already. Go on with a restore to it that was cut off?"
            if not self._desk.agreed(question):
                raise NotRestored("nothing was begun: a new restore needs a suffix of its own")
        else:
            self._apply("rest the schedules", self._old, paused="true")
            closed_at = self._close()
            self._clone()
            self._settle(closed_at)
        self._cloud.adopt(self._new)
        self._point_at_the_clone()
        self._catch_up()
        self._open()

    def _close(self) -> datetime:
        if self._wish.old_is_readable:
            self._desk.say(f"close {self._old}")
            self._run(self._owner, self._old, GRANT, "--only")
            self._cloud.restart(self._old)
        self._desk.time.sleep(LAST_CALLS_SECONDS)
        return self._desk.time.now()

    def _clone(self) -> None:
        if not self._cloud.has_instance(self._new):
            self._desk.say(f"clone {self._old} as it was at {self._wish.at.isoformat()} to {self._new}")
            self._cloud.clone(self._old, self._new, self._wish.at)
        self._run(self._owner, self._new, MIGRATE)
        self._run(self._owner, self._new, GRANT, "--only", "restore", *JOBS)

    def _settle(self, closed_at: datetime) -> None:
        self._desk.say("carry over, settle, erase again")
        old = ["--old", self._connection(self._old)] if self._wish.old_is_readable else []
        moments = ["--at", self._wish.at.isoformat(), "--closed", closed_at.isoformat()]
        self._run(self._restorer, self._new, RESTORE, "settle", *moments, *old)

    def _point_at_the_clone(self) -> None:
        self._apply(f"point the functions at {self._new}", self._new, paused="true")
        faults = move(self._cloud, {name: {one.newest: 100} for name, one in self._cloud.services().items()})
        if faults:
            raise NotRestored(f"traffic that did not move: {faults}")

    def _catch_up(self) -> None:
        """The jobs come again until nothing is left to do: an agreement's end goes in steps."""
        waited = 0
        while True:
            for job in JOBS:
                self._cloud.run_schedule(service(job))
            self._desk.time.sleep(LOOK_EVERY_SECONDS)
            waited += LOOK_EVERY_SECONDS
            try:
                self._run(self._restorer, self._new, RESTORE, "check")
                return
            except CommandFailed as error:
                if waited >= FIGURES_SECONDS:
                    raise
                self._desk.say(f"the figures are not right yet: {error}")

    def _open(self) -> None:
        self._desk.say("open")
        self._run(self._owner, self._new, GRANT)
        self._apply("start the schedules", self._new, paused="false")
        self._desk.say(
            f'Write database_suffix = "{self._wish.suffix}" into terraform.tfvars, and go through the list'
            " of docs/restore.md. The database that was given up must be deleted within 7 days."
        )

    def _apply(self, what: str, instance: str, paused: str) -> None:
        variables = {"database_suffix": instance.removeprefix("upup-"), "paused": paused}
        plan = self._cloud.plan(self._release | variables)
        if plan is None:
            return
        self._desk.say(what)
        if not self._desk.agreed(plan.text):
            raise NotRestored(f"the plan was refused: {what}")
        self._cloud.apply(plan)

    def _run(self, job: Job, instance: str, *words: str) -> None:
        at = job.settings | {"DATABASE_INSTANCE": self._connection(instance)}
        self._cloud.make_job(replace(job, settings=at))
        self._cloud.run_job(job.name, ",".join(words))

    def _connection(self, instance: str) -> str:
        at = self._cloud.environment
        return f"{at.project}:{at.region}:{instance}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.release.restore")
    parser.add_argument("--env", required=True, choices=("dev", "stage", "production"))
    parser.add_argument("--at", required=True, type=_moment, help="the moment to go back to, with its zone")
    parser.add_argument("--suffix", required=True, help="the end of the new instance's name")
    parser.add_argument("--lost", action="store_true", help="the present database cannot be read any more")
    wanted = parser.parse_args()
    names = {service(function) for function in functions(CHECKOUT / "infra/functions.yaml")}
    who = f"{getuser()} at {gethostname()}"
    google = RestoringGoogle(CHECKOUT / "infra/environments" / wanted.env, names)
    try:
        restore(google, Wish(wanted.at, wanted.suffix, not wanted.lost), Desk(who, _agreed, print, Clock()))
    except NotRestored as fault:
        sys.exit(f"restore: {fault}")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a moment needs its zone, as in 2026-11-23T10:00Z")
    return moment.astimezone(UTC)


def _agreed(plan: str) -> bool:
    print(plan)
    return input("Apply this? Write yes: ") == "yes"


if __name__ == "__main__":
    main()
