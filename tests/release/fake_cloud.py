"""A Google Cloud in memory: it does what it is told, writes down the order, and fails where a test wants it to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from infra.release.cloud import AnswerLost, Answers, CommandFailed, Environment, Job, Plan, Release, Service, Shares
from infra.release.deploy import Desk

OLD, NEW = "00001", "00002"


def environment() -> Environment:
    return Environment(
        environment="stage",
        project="upup-stage",
        region="europe-north1",
        scheduler_region="europe-west1",
        public_url="https://stage.upup.example",
        source_bucket="upup-stage-source",
        site_bucket="upup-stage-site",
        repository="europe-north1-docker.pkg.dev/upup-stage/upup",
        connector="upup",
        migrate_account="migrate@upup-stage.iam.gserviceaccount.com",
        build_account="source-build@upup-stage.iam.gserviceaccount.com",
        settings={"ENVIRONMENT": "stage"},
        site={"google_analytics": "G-1"},
    )


class FakeCloud:
    """`said`: what it was told, in order. `fails`, `loses`: by the beginning of what it is told, how often."""

    def __init__(self, *names: str) -> None:
        self.said: list[str] = []
        self.fails: dict[str, int] = {}
        self.loses: dict[str, int] = {}
        self.interrupts = ""
        self.traffic: dict[str, dict[str, int]] = {name: {f"{name}-{OLD}": 100} for name in names}
        self.newest = {name: f"{name}-{OLD}" for name in names}
        self.following: set[str] = set()
        self.stuck: set[str] = set()
        self.added: list[str] = []
        self.gone: list[str] = []
        self.changes = True
        self.failed_answers = 0
        self.alerts: set[str] = set()
        self.opens: set[str] = set()
        self.moves_traffic = False
        self.kept: list[Release] = []
        self.held_by = ""

    @property
    def environment(self) -> Environment:
        return environment()

    def upload(self, file: Path, bucket: str, name: str) -> None:
        self._say(f"upload {bucket}/{name}")

    def upload_folder(self, folder: Path, bucket: str, prefix: str) -> None:
        self._say(f"upload {bucket}/{prefix}/")

    def download(self, bucket: str, name: str, folder: Path) -> Path:
        self._say(f"download {bucket}/{name}")
        return folder / name

    def plan(self, variables: Mapping[str, str], targets: Sequence[str] = ()) -> Plan | None:
        self._say(f"plan {variables['source_object']} {variables['site_version']}")
        return Plan(Path("plan"), "~ every function") if self.changes else None

    def apply(self, plan: Plan) -> None:
        self._say("apply")
        for name in self.gone:
            del self.traffic[name], self.newest[name]
        for name in self.newest:
            self.newest[name] = f"{name}-{NEW}"
            if name in self.following or self.moves_traffic:
                self.traffic[name] = {f"{name}-{NEW}": 100}
        for name in self.added:
            self.newest[name] = f"{name}-{OLD}"
            self.traffic[name] = {f"{name}-{OLD}": 100}
            self.following.add(name)

    def build_image(self, folder: Path, tag: str) -> str:
        self._say(f"build {tag}")
        return f"image:{tag}"

    def make_job(self, job: Job) -> None:
        self._say(f"job {job.name} {job.image}")

    def run_job(self, name: str, module: str) -> None:
        self._say(f"run {module}")

    def services(self) -> dict[str, Service]:
        self._break("services")
        return {
            name: Service(
                newest,
                f"{name}-{OLD}" if name in self.stuck else newest,
                dict(self.traffic[name]),
                name in self.following,
            )
            for name, newest in self.newest.items()
        }

    def set_traffic(self, service: str, shares: Shares) -> None:
        told = f"traffic {service} {' '.join(f'{name[-5:]}={share}' for name, share in sorted(shares.items()))}"
        self.said.append(told)
        self._break(told, before_loss=lambda: self._move(service, shares))
        self._move(service, shares)

    def answers(self, revisions: set[str], minutes: int) -> Answers:
        self._say("look")
        return Answers(100, self.failed_answers)

    def open_alerts(self) -> set[str]:
        return self.alerts | (self.opens if "look" in self.said else set())

    def take_turn(self, who: str) -> None:
        if self.held_by:
            raise CommandFailed(self.held_by)
        self.held_by = who

    def end_turn(self) -> None:
        self.held_by = ""

    def releases(self) -> list[Release]:
        return list(self.kept)

    def keep_releases(self, releases: list[Release]) -> None:
        self._say("keep")
        self.kept = releases

    def _move(self, service: str, shares: Shares) -> None:
        self.traffic[service] = dict(shares)
        self.following.discard(service)

    def _say(self, told: str) -> None:
        self.said.append(told)
        self._break(told)

    def _break(self, told: str, before_loss: Callable[[], None] = lambda: None) -> None:
        if self.interrupts and told.startswith(self.interrupts):
            self.interrupts = ""
            raise KeyboardInterrupt
        if _counted(self.fails, told):
            raise CommandFailed(f"{told}: no")
        if _counted(self.loses, told):
            before_loss()
            raise AnswerLost(told)


def _counted(wanted: dict[str, int], told: str) -> bool:
    for beginning, left in wanted.items():
        if left and told.startswith(beginning):
            wanted[beginning] -= 1
            return True
    return False


class FakeTime:
    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 10, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class FakeDesk:
    """Agrees, and finds all well, unless told otherwise. `smokes`: what each smoke test finds, in order."""

    def __init__(self, cloud: FakeCloud, *, agrees: bool = True, smokes: Sequence[Exception | None] = ()) -> None:
        self._cloud, self._agrees, self._smokes = cloud, agrees, list(smokes)
        self.shown = ""

    def desk(self) -> Desk:
        return Desk("anna", self._agreed, lambda text: None, self._smoke, FakeTime())

    def _agreed(self, plan: str) -> bool:
        self._cloud.said.append("ask")
        self.shown = plan
        return self._agrees

    def _smoke(self) -> None:
        self._cloud.said.append("smoke")
        if self._smokes and (found := self._smokes.pop(0)):
            raise found
