"""What a deployment needs of Google Cloud and Terraform, as a port: google.py has the real one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

Shares = Mapping[str, int]
"""Percent of a service's traffic by revision."""


class CommandFailed(Exception):
    """A command said that it did not do it."""


class AnswerLost(Exception):
    """A command did not end in time: what it has done is not known."""


@dataclass(frozen=True)
class Environment:
    """Terraform's output `deployment`: where everything is. `settings`: the jobs' plain settings."""

    environment: str
    project: str
    region: str
    scheduler_region: str
    public_url: str
    source_bucket: str
    site_bucket: str
    repository: str
    connector: str
    migrate_account: str
    build_account: str
    settings: dict[str, str]
    site: dict[str, str]


@dataclass(frozen=True)
class Plan:
    """A plan that Terraform has saved, and how it reads."""

    file: Path
    text: str


@dataclass(frozen=True)
class Service:
    """A function's service. `newest`: its newest revision; `ready`: the newest that has started.

    `follows`: some of its traffic goes to whatever revision is newest.
    """

    newest: str
    ready: str
    traffic: dict[str, int]
    follows: bool = False

    @property
    def serving(self) -> str:
        """The revision that most of the traffic reaches."""
        return max(self.traffic, key=lambda revision: self.traffic[revision], default=self.ready)


@dataclass(frozen=True)
class Answers:
    """Requests that revisions have answered, and how many of them with 5xx."""

    requests: int
    failed: int


@dataclass(frozen=True)
class Release:
    """What was put into service. `site`: the pages' prefix in their bucket; `revisions`: by service; `back`: by a
    rollback."""

    source: str
    site: str
    at: str = ""
    revisions: dict[str, str] = field(default_factory=dict)
    back: bool = False


@dataclass(frozen=True)
class Job:
    """A Cloud Run job whose image runs the module that it is given. `secrets`: version by name."""

    name: str
    image: str
    account: str
    settings: dict[str, str]
    secrets: dict[str, str] = field(default_factory=dict)


class Cloud(Protocol):
    """One environment. Each call raises `CommandFailed` or `AnswerLost`, and may be made again."""

    @property
    def environment(self) -> Environment: ...

    def upload(self, file: Path, bucket: str, name: str) -> None: ...
    def upload_folder(self, folder: Path, bucket: str, prefix: str) -> None: ...

    def download(self, bucket: str, name: str, folder: Path) -> Path:
        """Where it now is in the folder."""

    def plan(self, variables: Mapping[str, str], targets: Sequence[str] = ()) -> Plan | None:
        """None where nothing would change. `targets`: only these, and what they need."""

    def apply(self, plan: Plan) -> None:
        """Exactly what was planned."""

    def build_image(self, folder: Path, tag: str) -> str:
        """The image of the folder's Dockerfile and cloudbuild.yaml, by its name in the repository."""

    def make_job(self, job: Job) -> None:
        """Make it, or change it into this."""

    def run_job(self, name: str, module: str) -> None:
        """Returns when it has ended well."""

    def services(self) -> dict[str, Service]: ...
    def set_traffic(self, service: str, shares: Shares) -> None: ...

    def answers(self, revisions: set[str], minutes: int) -> Answers:
        """Of the last minutes."""

    def open_alerts(self) -> set[str]: ...

    def take_turn(self, who: str) -> None:
        """`who` does what. Raises `CommandFailed` while another one has it."""

    def end_turn(self) -> None: ...

    def releases(self) -> list[Release]:
        """Those that served, oldest first: the last one does."""

    def keep_releases(self, releases: list[Release]) -> None: ...


def release_of(kept: dict[str, Any]) -> Release:
    return Release(kept["source"], kept["site"], kept["at"], dict(kept["revisions"]), kept["back"])
