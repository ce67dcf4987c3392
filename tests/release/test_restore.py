"""The drill's order is its safety: nothing is let in before it is settled, erased and encrypted again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.release.cloud import CommandFailed, Job, Plan, Release
from infra.release.google import Ended
from infra.release.google_restore import Back, RestoringGoogle
from infra.release.restore import Desk, NotRestored, Wish, restore
from tests.release.fake_cloud import FakeCloud

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALL = "shared.database.grants"
SETTLE = "shared.restore,settle,--at,2026-11-23T10:00:00+00:00,--closed,2026-11-23T12:01:00+00:00"


class FakeRestoring(FakeCloud):
    """`wrong`: how often the figures are not right."""

    def __init__(self) -> None:
        super().__init__("sends")
        self.instance = "upup-1"
        self.instances = {"upup-1"}
        self.wrong = 0
        self.at = ""
        self.on_clone: Callable[[], None] = lambda: None
        self.kept = [Release("upup-abc.zip", "abc")]

    @property
    def back(self) -> Back:
        return Back("restore@upup-stage.iam.gserviceaccount.com", {}, {"TOKEN_KEY": "1"})

    def plan(self, variables: Mapping[str, str], targets: Sequence[str] = ()) -> Plan | None:
        self._say(f"plan {variables['source_object']} {variables['database_suffix']} paused={variables['paused']}")
        return Plan(Path("plan"), "~")

    def make_job(self, job: Job) -> None:
        self.at = job.settings["DATABASE_INSTANCE"].rpartition(":")[2]

    def run_job(self, name: str, module: str) -> None:
        self._say(f"{self.at}: {module}")
        if module.endswith(",check") and self.wrong:
            self.wrong -= 1
            raise CommandFailed("the figures")

    def has_instance(self, name: str) -> bool:
        return name in self.instances

    def clone(self, instance: str, to: str, at: datetime) -> None:
        self._say(f"clone {instance} {to} {at:%H:%M}")
        self.on_clone()
        self.instances.add(to)

    def restart(self, instance: str) -> None:
        self._say(f"restart {instance}")

    def present(self) -> str:
        return self.instance

    def adopt(self, instance: str) -> None:
        self.instance = ""
        self._say(f"adopt {instance}")
        self.instance = instance

    def run_schedule(self, service: str) -> None:
        self._say(f"schedule {service}")


class FakeTime:
    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def drill(cloud: FakeRestoring, *, readable: bool = True, agreed: bool = True) -> list[str]:
    told: list[str] = []
    restore(cloud, Wish(AT, "2", readable), Desk("anna", lambda plan: agreed, told.append, FakeTime()))
    return told


def test_the_steps_come_in_their_order() -> None:
    cloud = FakeRestoring()
    told = drill(cloud)
    assert cloud.said == [
        "plan upup-abc.zip 1 paused=true",
        "apply",
        f"upup-1: {ALL},--only",
        "restart upup-1",
        "clone upup-1 upup-2 10:00",
        "upup-2: shared.database.migrate",
        f"upup-2: {ALL},--only,restore,end_agreements,encrypt_expired,erase_expired",
        f"upup-2: {SETTLE},--old,upup-stage:europe-north1:upup-1",
        "adopt upup-2",
        "plan upup-abc.zip 2 paused=true",
        "apply",
        "traffic sends 00002=100",
        "schedule end-agreements",
        "schedule encrypt-expired",
        "schedule erase-expired",
        "upup-2: shared.restore,check",
        f"upup-2: {ALL}",
        "plan upup-abc.zip 2 paused=false",
        "apply",
    ]
    assert 'database_suffix = "2"' in told[-1]


def test_nobody_is_let_in_before_the_figures_are_right() -> None:
    cloud = FakeRestoring()
    cloud.wrong = 3
    drill(cloud)
    assert cloud.said.count("schedule encrypt-expired") == 4
    assert cloud.said.index(f"upup-2: {ALL}") > max(at for at, said in enumerate(cloud.said) if said.endswith("check"))


def test_figures_that_stay_wrong_leave_it_closed() -> None:
    cloud = FakeRestoring()
    cloud.wrong = 1000
    with pytest.raises(NotRestored, match="closed"):
        drill(cloud)
    assert f"upup-2: {ALL}" not in cloud.said
    assert "plan upup-abc.zip 2 paused=false" not in cloud.said


@pytest.mark.parametrize(
    "step", ["apply", "upup-1", "clone", "upup-2: shared.database.migrate", "upup-2: shared.restore,settle", "adopt"]
)
def test_a_step_that_fails_leaves_it_closed_and_the_same_command_goes_on(step: str) -> None:
    cloud = FakeRestoring()
    cloud.fails[step] = 1
    with pytest.raises(NotRestored):
        drill(cloud)
    assert f"upup-2: {ALL}" not in cloud.said
    drill(cloud)
    assert cloud.said[-3:] == [f"upup-2: {ALL}", "plan upup-abc.zip 2 paused=false", "apply"]
    assert sum(said.startswith("clone") for said in cloud.said) == (2 if step == "clone" else 1)


@pytest.mark.parametrize("step", ["adopt", "schedule"])
def test_once_the_clone_is_being_taken_over_nothing_is_settled_twice(step: str) -> None:
    cloud = FakeRestoring()
    cloud.fails[step] = 1
    with pytest.raises(NotRestored):
        drill(cloud)
    cloud.said.clear()
    drill(cloud)
    assert not any("settle" in said or "--only" in said for said in cloud.said)
    assert cloud.said[:2] == ["adopt upup-2", "plan upup-abc.zip 2 paused=true"]


def test_a_database_that_cannot_be_read_is_not_asked() -> None:
    cloud = FakeRestoring()
    drill(cloud, readable=False)
    assert not any(said.startswith(("upup-1", "restart")) or "--old" in said for said in cloud.said)


def test_no_deployment_opens_what_a_restore_closes() -> None:
    cloud = FakeRestoring()
    cloud.held_by = "bo deploys"
    with pytest.raises(NotRestored, match="nothing was begun: bo deploys"):
        drill(cloud)
    assert cloud.said == []
    cloud.held_by = ""
    cloud.on_clone = lambda: cloud.take_turn("bo")
    with pytest.raises(NotRestored, match="anna, since 12:00, restores"):
        drill(cloud)
    assert cloud.held_by == "", "and the turn is given back"


def test_a_refused_plan_changes_nothing() -> None:
    cloud = FakeRestoring()
    with pytest.raises(NotRestored, match="refused"):
        drill(cloud, agreed=False)
    assert cloud.said == ["plan upup-abc.zip 1 paused=true"]


class Commands:
    """Answers by the command's beginning, and writes down all."""

    def __init__(self, **answers: str) -> None:
        self.said: list[str] = []
        self.answers = {name.replace("_", " "): answer for name, answer in answers.items()}

    def __call__(self, command: list[str], seconds: int) -> Ended:
        said = " ".join(word for word in command if not word.startswith(("-chdir", "--project", "--quiet")))
        self.said.append(said)
        return Ended(0, next((answer for name, answer in self.answers.items() if said.startswith(name)), ""))


PLACES = ("source_bucket", "site_bucket", "repository", "connector", "migrate_account", "build_account", "public_url")
REGIONS = {"region": "europe-north1", "scheduler_region": "europe-west1"}
STAGE = {"environment": "stage", "project": "upup-stage", "settings": {}, "site": {}} | REGIONS
DEPLOYMENT = json.dumps(STAGE | dict.fromkeys(PLACES, ""))


DATABASE = "module.upup.module.database"
USERS = '[{"name": "fn-send-sms", "host": ""}, {"name": "migrate@upup-stage.iam", "host": "%"}, {"name": "root"}]'
IMPORTED = {
    f"{DATABASE}.google_sql_database_instance.this": "projects/upup-stage/instances/upup-2",
    f"{DATABASE}.google_sql_database.upup": "projects/upup-stage/instances/upup-2/databases/upup",
    f'{DATABASE}.google_sql_user.this["send_sms"]': "upup-stage/upup-2/%/fn-send-sms",
    f'{DATABASE}.google_sql_user.this["migrate"]': "upup-stage/upup-2/%/migrate",
}


def state(instance: str = "", database: str = "", user: str = "") -> str:
    """Which instance each of them belongs to in it; none that is empty is there."""
    parts = [
        ("google_sql_database_instance", "this", {"attributes": {"name": instance}}),
        ("google_sql_database", "upup", {"attributes": {"name": "upup", "instance": database}}),
        ("google_sql_user", "this", {"index_key": "send_sms", "attributes": {"name": "fn", "instance": user}}),
    ]
    there = [part for part, of in zip(parts, (instance, database, user), strict=True) if of]
    resources = [{"module": DATABASE, "type": kind, "name": name, "instances": [one]} for kind, name, one in there] + [
        {"type": "google_project", "name": "this", "instances": [{"attributes": {}}]}
    ]
    return json.dumps({"resources": resources})


def adopting(held: str) -> tuple[RestoringGoogle, Commands]:
    commands = Commands(terraform_output=DEPLOYMENT, gcloud_sql_users=USERS, terraform_state_pull=held)
    return RestoringGoogle(Path("stage"), {"send-sms"}, commands), commands


def imported(commands: Commands) -> dict[str, str]:
    lines = [said.split() for said in commands.said if said.startswith("terraform import")]
    return {line[-2]: line[-1] for line in lines}


def test_the_clone_and_its_users_take_the_old_ones_place_in_the_state() -> None:
    google, commands = adopting(state("upup-1", "upup-1", "upup-1"))
    google.adopt("upup-2")
    assert imported(commands) == IMPORTED
    assert all("-var=database_suffix=2" in said for said in commands.said if said.startswith("terraform import"))
    removed = [
        said.removeprefix("terraform state rm ") for said in commands.said if said.startswith("terraform state rm")
    ]
    assert removed == list(IMPORTED)[:3]


def test_taking_over_that_was_cut_off_goes_on_with_what_is_left() -> None:
    """Also where the old instance has left the state, and the new one has not come to it."""
    google, commands = adopting(state("upup-2", "upup-2", "upup-1"))
    assert google.present() == "upup-2"
    google.adopt("upup-2")
    assert list(imported(commands)) == list(IMPORTED)[2:]
    google, commands = adopting(state("", "upup-1", "upup-1"))
    assert google.present() == ""
    google.adopt("upup-2")
    assert imported(commands) == IMPORTED


def test_what_google_is_told_of_a_clone() -> None:
    commands = Commands(terraform_output=DEPLOYMENT, gcloud_sql_instances_list="upup-1\nupup-2\n")
    google = RestoringGoogle(Path("stage"), {"send-sms"}, commands)
    google.clone("upup-1", "upup-2", AT)
    google.restart("upup-1")
    google.run_schedule("encrypt-expired")
    assert (google.has_instance("upup-2"), google.has_instance("upup-3")) == (True, False)
    assert [said for said in commands.said if said.startswith("gcloud")][:3] == [
        "gcloud sql instances clone upup-1 upup-2 --point-in-time=2026-11-23T10:00:00.000000Z",
        "gcloud sql instances restart upup-1",
        "gcloud scheduler jobs run encrypt-expired --location=europe-west1",
    ]
