"""The commands that Google Cloud is given, and what its answers mean. No command was run against the real one."""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.release.cloud import AnswerLost, Answers, CommandFailed, Job, Plan, Release, Service
from infra.release.google import Ended, Google, alerting, counted, run, service
from tests.release.fake_cloud import environment

FOLDER = Path("infra/environments/stage")
TERRAFORM = f"terraform -chdir={FOLDER}"
GCLOUD_END = "--project=upup-stage --quiet"


PLANNED = "-target=module.upup.module.keys -var=source_object=upup-2.zip"


class Commands:
    """Answers by the command's beginning; writes down what it was given."""

    def __init__(self, **answers: Ended | str) -> None:
        self.given: list[str] = []
        self.answers: dict[str, Ended] = {"terraform output": Ended(0, json.dumps(vars(environment())))}
        self.answers |= {
            name.replace("_", " "): Ended(0, told) if isinstance(told, str) else told for name, told in answers.items()
        }

    def __call__(self, command: list[str], seconds: int) -> Ended:
        assert all(isinstance(part, str) for part in command)
        told = " ".join(command)
        self.given.append(told)
        plain = told.replace(f" -chdir={FOLDER}", "")
        return next((said for name, said in self.answers.items() if plain.startswith(name)), Ended(0, ""))


def google(commands: Commands, *services: str) -> Google:
    return Google(FOLDER, set(services), commands)


def test_a_plan_is_saved_shown_and_applied_as_it_was_saved() -> None:
    commands = Commands(terraform_plan=Ended(2, ""), terraform_show="~ sends")
    plan = google(commands).plan({"source_object": "upup-2.zip"}, ["module.upup.module.keys"])
    assert isinstance(plan, Plan) and plan.text == "~ sends"
    google(commands).apply(plan)
    assert commands.given == [
        f"{TERRAFORM} plan -input=false -no-color -detailed-exitcode -out={plan.file} {PLANNED}",
        f"{TERRAFORM} show -no-color {plan.file}",
        f"{TERRAFORM} apply -input=false -no-color {plan.file}",
    ]


def test_nothing_to_change_is_no_plan_and_a_failed_one_is_an_error() -> None:
    assert google(Commands(terraform_plan=Ended(0, ""))).plan({}) is None
    with pytest.raises(CommandFailed, match="terraform plan: no such variable"):
        google(Commands(terraform_plan=Ended(1, "", "no such variable"))).plan({})


BUILD = (
    "gcloud builds submit job --config=job/cloudbuild.yaml --region=europe-north1"
    " --substitutions=_IMAGE=europe-north1-docker.pkg.dev/upup-stage/upup/jobs:upup-2 --suppress-logs"
    " --service-account=projects/upup-stage/serviceAccounts/source-build@upup-stage.iam.gserviceaccount.com"
    " --gcs-source-staging-dir=gs://upup-stage-source/builds"
)
COMMANDS: list[tuple[Callable[[Google], object], str]] = [
    (lambda one: one.upload(Path("build/a.zip"), "b", "a.zip"), "gcloud storage cp build/a.zip gs://b/a.zip"),
    (lambda one: one.upload_folder(Path("w"), "b", "v1"), "gcloud storage rsync --recursive w gs://b/v1"),
    (lambda one: one.download("b", "a.zip", Path("f")), "gcloud storage cp gs://b/a.zip f/a.zip"),
    (
        lambda one: one.run_job("upup-migrate", "shared.database.migrate"),
        "gcloud run jobs execute upup-migrate --args=shared.database.migrate --region=europe-north1 --wait",
    ),
    (
        lambda one: one.set_traffic("sends", {"sends-1": 95, "sends-2": 5}),
        "gcloud run services update-traffic sends --region=europe-north1 --to-revisions=sends-1=95,sends-2=5",
    ),
    (
        lambda one: one.build_image(Path("job"), "upup-2"),
        BUILD,
    ),
]


@pytest.mark.parametrize(("call", "command"), COMMANDS)
def test_a_call_is_one_command(call: Callable[[Google], object], command: str) -> None:
    commands = Commands()
    call(google(commands))
    assert commands.given[-1] == f"{command} {GCLOUD_END}"


def test_a_command_that_says_no_is_an_error_with_its_words() -> None:
    with pytest.raises(CommandFailed, match="gcloud run jobs execute: the job failed"):
        google(Commands(gcloud_run_jobs=Ended(1, "", "the job failed"))).run_job("upup-migrate", "m")


def test_a_command_without_an_end_has_lost_its_answer_and_one_that_ends_tells_how() -> None:
    with pytest.raises(AnswerLost):
        run([sys.executable, "-c", "import time; time.sleep(30)"], 1)
    ended = run([sys.executable, "-c", "import sys; print('yes'); sys.exit('no')"], 30)
    assert (ended.code, ended.output, ended.errors) == (1, "yes\n", "no\n")


def test_a_job_gets_its_settings_in_a_file_and_its_secrets_by_version() -> None:
    held: list[str] = []

    def reading(command: list[str], seconds: int) -> Ended:
        held.extend(Path(part.partition("=")[2]).read_text("utf-8") for part in command if "--env-vars" in part)
        return commands(command, seconds)

    commands = Commands()
    job = Job("upup-replay", "image", "migrate@x", {"PRIVACY_CONTACTS": "UpUp=a, b; Lekab=c"}, {"TOKEN_KEY": "3"})
    Google(FOLDER, set(), reading).make_job(job)
    assert json.loads(held[0]) == job.settings
    assert "gcloud run jobs deploy upup-replay --image=image" in commands.given[-1]
    assert (
        "--set-secrets=TOKEN_KEY=TOKEN_KEY:3 --vpc-connector=upup --vpc-egress=private-ranges-only"
        in commands.given[-1]
    )


def listed(name: str, created: str, *traffic: dict[str, Any]) -> dict[str, Any]:
    status = {"latestReadyRevisionName": "r-2", "latestCreatedRevisionName": created, "traffic": list(traffic)}
    return {"metadata": {"name": name}, "status": status}


def test_services_are_those_of_the_table_with_their_traffic_by_revision() -> None:
    rows = [
        listed("sends", "r-2", {"revisionName": "r-1", "percent": 95}, {"revisionName": "r-2", "percent": 5}),
        listed("other", "r-2"),
    ]
    commands = Commands(gcloud_run_services_list=json.dumps(rows))
    assert google(commands, "sends").services() == {"sends": Service("r-2", "r-2", {"r-1": 95, "r-2": 5})}


def test_a_service_that_follows_its_newest_revision_is_seen_and_so_is_one_that_does_not_start() -> None:
    follows = listed("sends", "r-3", {"latestRevision": True, "revisionName": "r-2", "percent": 100})
    assert service(follows["status"]) == Service("r-3", "r-2", {"r-2": 100}, follows=True)
    tagged = listed("sends", "r-2", {"revisionName": "r-2", "percent": 100}, {"revisionName": "r-1", "tag": "old"})
    assert service(tagged["status"]) == Service("r-2", "r-2", {"r-2": 100})


def test_releases_are_kept_in_the_bucket_of_archives_and_none_is_an_empty_list() -> None:
    release = Release("upup-1.zip", "v1", "2026-11-23T10:00:00+00:00", {"sends": "r-1"})
    kept = json.dumps([vars(release)])
    there = Commands(gcloud_storage_ls="gs://upup-stage-source/releases.json\n", gcloud_storage_cat=kept)
    assert google(there).releases() == [release]
    assert google(Commands(gcloud_storage_ls="gs://upup-stage-source/upup-1.zip\n")).releases() == []


def test_answers_are_counted_of_the_new_revisions_alone() -> None:
    def series(revision: str, kind: str, count: int) -> dict[str, Any]:
        return {
            "resource": {"labels": {"revision_name": revision}},
            "metric": {"labels": {"response_code_class": kind}},
            "points": [{"value": {"int64Value": str(count)}}],
        }

    told = [series("new", "2xx", 90), series("new", "5xx", 4), series("old", "5xx", 50), series("new", "4xx", 6)]
    assert counted(told, {"new"}) == Answers(100, 4)


def test_open_alerts_are_known_by_their_policies_and_those_of_a_releases_own_making_are_none() -> None:
    told = [
        {"name": "projects/1/alerts/2", "policy": {"displayName": "rows in clear", "userLabels": {"alert": "rows"}}},
        {"name": "projects/1/alerts/3", "policy": {"displayName": "rights", "userLabels": {"alert": "rights_changed"}}},
    ]
    assert alerting(told) == {"rows in clear"}


def test_no_command_goes_through_a_shell() -> None:
    sources = [file.read_text("utf-8") for file in Path(__file__).parents[2].glob("infra/release/*.py")]
    assert len(sources) > 8
    assert not any("shell=True" in source or "os.system" in source for source in sources)


def test_a_turn_is_taken_only_where_nobody_has_it_and_says_who_has() -> None:
    free = Commands()
    google(free).take_turn("anna")
    google(free).end_turn()
    assert "storage cp --if-generation-match=0" in free.given[1]
    assert free.given[-1] == f"gcloud storage rm gs://upup-stage-source/deploying {GCLOUD_END}"
    held = Commands(gcloud_storage_cp=Ended(1, "", "412"), gcloud_storage_cat="bo, since 10:00, deploys")
    with pytest.raises(CommandFailed, match="bo, since 10:00, deploys"):
        google(held).take_turn("anna")


def test_a_command_that_is_interrupted_is_asked_to_end_and_waited_for(tmp_path: Path) -> None:
    ended = tmp_path / "ended"
    script = f"trap 'sleep 0.2; touch {ended}; exit 0' TERM; while :; do sleep 0.05; done"
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    with pytest.raises(KeyboardInterrupt):
        run(["sh", "-c", script], 30)
    assert ended.exists()
