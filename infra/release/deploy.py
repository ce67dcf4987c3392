"""A deployment, step by step. Until the last one the release before can serve, and any failure goes back to it.

Migrations run while the release before still serves, so they may only add (docs/deploy.md: expand, migrate, contract).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from infra.release.cloud import AnswerLost, Cloud, CommandFailed, Job, Plan, Release, Service
from infra.release.traffic import astray, keeping, move
from infra.release.turn import turn

CANARY_PERCENT = 5
TOO_MANY_FAILED = 0.01
FEWEST_FAILED = 3
"""Fewer failed answers than these are no reason to go back: one unlucky request is not a release's fault."""
LOOK_EVERY_SECONDS = 30
JOB = "upup-migrate"
MIGRATE, GRANT = "shared.database.migrate", "shared.database.grants"
WHOLE = {"pages", "staff-pages"}
"""Never split: a page of one release would load the modules of another. They follow when the rest is at 100 %."""


class NotDeployed(Exception):
    """What went wrong, and what stands now."""


class Time(Protocol):
    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...


@dataclass(frozen=True)
class Wish:
    """What to deploy. `sources`: the archive, and the folder that the job's image is built of."""

    archive: Path | None
    site_folder: Path | None
    job_folder: Path
    release: Release
    watch_minutes: int


@dataclass(frozen=True)
class Desk:
    """Who deploys, asks, tells and tries. `agreed`: whether the plan may be applied; `smoke` raises what it found."""

    who: str
    agreed: Callable[[str], bool]
    say: Callable[[str], None]
    smoke: Callable[[], None]
    time: Time


def deploy(cloud: Cloud, wish: Wish, desk: Desk) -> Release:
    """The release as it serves. Raises `NotDeployed`, and tells what stands."""
    with _turn(cloud, desk):
        return _deploy(cloud, wish, desk)


def _turn(cloud: Cloud, desk: Desk) -> AbstractContextManager[None]:
    return turn(cloud, f"{desk.who}, since {_now(desk)}, deploys", desk.say)


def _now(desk: Desk) -> str:
    return desk.time.now().isoformat(timespec="seconds")


def _deploy(cloud: Cloud, wish: Wish, desk: Desk) -> Release:
    at = cloud.environment
    if wish.archive is not None:
        cloud.upload(wish.archive, at.source_bucket, wish.release.source)
    if wish.site_folder is not None:
        cloud.upload_folder(wish.site_folder, at.site_bucket, wish.release.site)
    plan = cloud.plan({"source_object": wish.release.source, "site_version": wish.release.site})
    if plan is not None and not desk.agreed(plan.text):
        raise NotDeployed("the plan was refused; nothing was changed")
    before = {name: one.serving for name, one in cloud.services().items() if one.serving}
    alerts = cloud.open_alerts() if before else set()  # a first release has nobody to watch
    rollout = _Rollout(cloud, wish, desk, before, alerts, cloud.releases())
    try:
        return rollout.hand_over(rollout.bring(plan))
    except BaseException as error:  # Ctrl-C too
        why = str(error) or type(error).__name__
        desk.say(f"failed, and goes back: {why}")
        stands, _ = go_back(cloud, before)
        raise NotDeployed(f"{why}\n{stands}") from error


@dataclass(frozen=True)
class _Rollout:
    """`before`: the revision that each service serves with; `alerts`: those that are open already."""

    cloud: Cloud
    wish: Wish
    desk: Desk
    before: dict[str, str]
    alerts: set[str]
    releases: list[Release]

    def bring(self, plan: Plan | None) -> dict[str, Service]:
        """The schema and the new revisions, which get no traffic yet."""
        cloud, at = self.cloud, self.cloud.environment
        self.desk.say("hold the traffic where it is")
        _insist(move(cloud, astray(cloud.services(), self.before)))
        self.desk.say("migrate")
        image = cloud.build_image(self.wish.job_folder, self.wish.release.source.removesuffix(".zip"))
        cloud.make_job(Job(JOB, image, at.migrate_account, at.settings))
        cloud.run_job(JOB, MIGRATE)
        if plan is not None:
            self.desk.say("apply")
            with keeping(cloud, self.before):
                cloud.apply(plan)
        cloud.run_job(JOB, GRANT)  # after the apply: it makes the database's new users
        after = cloud.services()
        _insist(move(cloud, astray(after, self.before)))
        _insist({name: f"{one.newest} does not start" for name, one in after.items() if one.newest != one.ready})
        return after

    def hand_over(self, after: dict[str, Service]) -> Release:
        """All traffic, by way of a little."""
        new = {name: one.ready for name, one in after.items()}
        tried = {n: r for n, r in new.items() if n in self.before and r != self.before[n] and n not in WHOLE}
        self.desk.say(f"{CANARY_PERCENT} % of the traffic to {len(tried)} new revisions")
        share = {n: {self.before[n]: 100 - CANARY_PERCENT, revision: CANARY_PERCENT} for n, revision in tried.items()}
        _insist(move(self.cloud, share))
        self._smoke()
        if tried and self.wish.watch_minutes:
            _watch(self.cloud, self.desk, set(tried.values()), self.alerts, self.wish.watch_minutes)
        self.desk.say("100 %")
        _insist(move(self.cloud, {name: {revision: 100} for name, revision in new.items() if name not in WHOLE}))
        _insist(move(self.cloud, {name: {revision: 100} for name, revision in new.items() if name in WHOLE}))
        self._smoke()
        served = Release(self.wish.release.source, self.wish.release.site, _now(self.desk), new)
        self.cloud.keep_releases([*self.releases, served])
        return served

    def _smoke(self) -> None:
        if self.releases:
            self.desk.smoke()
        else:
            self.desk.say("a first release is not tried: `make smoke` when its name and a key for it are there")


def _watch(cloud: Cloud, desk: Desk, revisions: set[str], known_alerts: set[str], minutes: int) -> None:
    """Raises `NotDeployed` when the new revisions fail, or an alert opens, within the minutes."""
    desk.say(f"watch for {minutes} minutes")
    until = desk.time.monotonic() + 60 * minutes
    while True:
        seen = cloud.answers(revisions, minutes)
        if seen.failed >= FEWEST_FAILED and seen.failed > TOO_MANY_FAILED * seen.requests:
            raise NotDeployed(f"{seen.failed} of {seen.requests} answers of the new revisions failed")
        if opened := cloud.open_alerts() - known_alerts:
            raise NotDeployed(f"alerts have opened: {', '.join(sorted(opened))}")
        if desk.time.monotonic() >= until:
            desk.say(f"{seen.requests} answers of the new revisions, {seen.failed} failed")
            return
        desk.time.sleep(LOOK_EVERY_SECONDS)


def go_back(cloud: Cloud, revisions: dict[str, str]) -> tuple[str, bool]:
    """All traffic to these revisions, as far as their services are still there. Tells what stands, and if all do."""
    try:
        there = cloud.services()
    except (CommandFailed, AnswerLost):
        there = {name: Service(revision, revision, {}) for name, revision in revisions.items()}
    faults = move(cloud, astray(there, revisions))
    told = [f"{len(revisions.keys() & there.keys()) - len(faults)} services serve the revisions of before"]
    told += [f"{name} does NOT: {fault}; its traffic must be moved by hand" for name, fault in sorted(faults.items())]
    if new := sorted(there.keys() - revisions.keys()):
        told.append(f"new since then, and left as they are: {', '.join(new)}")
    return "\n".join(told), not faults


def roll_back(cloud: Cloud, desk: Desk, source: str = "") -> Release:
    """The release before the one that serves, or the one of this archive; what Terraform has changed besides the
    functions stays."""
    with _turn(cloud, desk):
        kept = cloud.releases()
        at = _at(kept, source) if source else _before(kept)
        stands, whole = go_back(cloud, kept[at].revisions)
        if not whole:
            raise NotDeployed(stands)
        desk.say(stands)
        cloud.keep_releases([*kept[:at], replace(kept[at], back=at < len(kept) - 1)])
        desk.smoke()
        return kept[at]


def _at(kept: list[Release], source: str) -> int:
    found = [index for index, release in enumerate(kept) if release.source == source]
    if not found:
        raise NotDeployed(f"{source} has not served here")
    return found[-1]


def _before(kept: list[Release]) -> int:
    if len(kept) < 2:
        raise NotDeployed("there is no release before this one")
    if kept[-1].back:
        raise NotDeployed("this one was gone back to; the one before it may not fit the schema: deploy a mend")
    return len(kept) - 2


def _insist(faults: dict[str, str]) -> None:
    if faults:
        raise NotDeployed("; ".join(f"{name}: {fault}" for name, fault in sorted(faults.items())))
