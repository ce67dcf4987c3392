"""Google Cloud by `gcloud` and `terraform`: each call is one command, given as a list and never by a shell."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import requests

from infra.release.cloud import (
    AnswerLost,
    Answers,
    CommandFailed,
    Environment,
    Job,
    Plan,
    Release,
    Service,
    Shares,
    release_of,
)

SECONDS = 300
LONG_SECONDS = 7200
"""For what builds, applies or migrates: a first release builds each function, ten at a time."""
TO_END_SECONDS = 120
RELEASES = "releases.json"
TURN = "deploying"
"""Who deploys or restores just now; another one would move the same traffic."""
OF_A_RELEASE = ("rights_changed", "keys_touched")
"""Alerts that open when a function is added with its account and rights: no reason to go back."""
MONITORING = "https://monitoring.googleapis.com/v3"


class Ended:
    """How a command ended."""

    def __init__(self, code: int, output: str, errors: str = "") -> None:
        self.code, self.output, self.errors = code, output, errors


Run = Callable[[list[str], int], Ended]


def run(command: list[str], seconds: int) -> Ended:
    """Ctrl-C reaches us and not the command, so that it is asked to end: Terraform then lets go of its state."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            output, errors = process.communicate(timeout=seconds)
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise AnswerLost(f"{' '.join(command[:4])} did not end within {seconds} s") from None
            raise
    return Ended(process.returncode, output, errors)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=TO_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


class Google:
    """One environment of infra/environments; implements `cloud.Cloud`."""

    def __init__(self, folder: Path, services: set[str], run: Run = run) -> None:
        self._folder, self._ours, self._run = folder, services, run
        self._program = shlex.split(os.environ.get("TERRAFORM", "terraform"))
        self._plans = tempfile.TemporaryDirectory(prefix="upup-plan-")  # a plan holds the state, and goes with us

    @cached_property
    def environment(self) -> Environment:
        return Environment(**json.loads(self._terraform("output", "-json", "deployment").output))

    # Files

    def upload(self, file: Path, bucket: str, name: str) -> None:
        self._gcloud("storage", "cp", str(file), f"gs://{bucket}/{name}")

    def upload_folder(self, folder: Path, bucket: str, prefix: str) -> None:
        self._gcloud("storage", "rsync", "--recursive", str(folder), f"gs://{bucket}/{prefix}", seconds=LONG_SECONDS)

    def download(self, bucket: str, name: str, folder: Path) -> Path:
        self._gcloud("storage", "cp", f"gs://{bucket}/{name}", str(folder / name))
        return folder / name

    def releases(self) -> list[Release]:
        listed = self._gcloud("storage", "ls", f"gs://{self.environment.source_bucket}").splitlines()
        place = f"gs://{self.environment.source_bucket}/{RELEASES}"
        if place not in listed:
            return []
        return [release_of(kept) for kept in json.loads(self._gcloud("storage", "cat", place))]

    def keep_releases(self, releases: list[Release]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / RELEASES
            file.write_text(json.dumps([asdict(one) for one in releases]), "utf-8")
            self.upload(file, self.environment.source_bucket, RELEASES)

    def take_turn(self, who: str) -> None:
        place = f"gs://{self.environment.source_bucket}/{TURN}"
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / TURN
            file.write_text(who, "utf-8")
            try:
                self._gcloud("storage", "cp", "--if-generation-match=0", str(file), place)
            except CommandFailed:
                holder = self._gcloud("storage", "cat", place)
                raise CommandFailed(f"{holder}; if that has ended: gcloud storage rm {place}") from None

    def end_turn(self) -> None:
        self._gcloud("storage", "rm", f"gs://{self.environment.source_bucket}/{TURN}")

    # Terraform

    def plan(self, variables: Mapping[str, str], targets: Sequence[str] = ()) -> Plan | None:
        file = Path(self._plans.name) / "plan"
        given = [f"-var={name}={value}" for name, value in variables.items()]
        options = [
            "-input=false",
            "-no-color",
            "-detailed-exitcode",
            f"-out={file}",
            *(f"-target={one}" for one in targets),
        ]
        if self._terraform("plan", *options, *given, good=(0, 2)).code == 0:
            return None
        return Plan(file, self._terraform("show", "-no-color", str(file)).output)

    def apply(self, plan: Plan) -> None:
        self._terraform("apply", "-input=false", "-no-color", str(plan.file))

    # Jobs

    def build_image(self, folder: Path, tag: str) -> str:
        at = self.environment
        image = f"{at.repository}/jobs:{tag}"
        self._gcloud(
            *("builds", "submit", str(folder), f"--config={folder / 'cloudbuild.yaml'}", f"--region={at.region}"),
            *(f"--substitutions=_IMAGE={image}", "--suppress-logs"),
            f"--service-account=projects/{at.project}/serviceAccounts/{at.build_account}",
            f"--gcs-source-staging-dir=gs://{at.source_bucket}/builds",
            seconds=LONG_SECONDS,
        )
        return image

    def make_job(self, job: Job) -> None:
        with tempfile.TemporaryDirectory() as folder:
            variables = Path(folder) / "settings.yaml"
            variables.write_text(json.dumps(job.settings), "utf-8")  # JSON is YAML
            secrets = ",".join(f"{name}={name}:{version}" for name, version in job.secrets.items())
            self._gcloud(
                *("run", "jobs", "deploy", job.name, f"--image={job.image}", f"--region={self.environment.region}"),
                *(f"--service-account={job.account}", f"--env-vars-file={variables}"),
                f"--set-secrets={secrets}" if secrets else "--clear-secrets",
                *(f"--vpc-connector={self.environment.connector}", "--vpc-egress=private-ranges-only"),
                *("--max-retries=0", "--task-timeout=30m"),
            )

    def run_job(self, name: str, module: str) -> None:
        options = [f"--args={module}", f"--region={self.environment.region}", "--wait"]
        self._gcloud("run", "jobs", "execute", name, *options, seconds=LONG_SECONDS)

    # Services

    def services(self) -> dict[str, Service]:
        region = f"--region={self.environment.region}"
        listed = json.loads(self._gcloud("run", "services", "list", region, "--format=json"))
        found = {one["metadata"]["name"]: service(one["status"]) for one in listed}
        return {name: one for name, one in found.items() if name in self._ours}

    def set_traffic(self, service: str, shares: Shares) -> None:
        wanted = ",".join(f"{revision}={percent}" for revision, percent in shares.items())
        region = f"--region={self.environment.region}"
        self._gcloud("run", "services", "update-traffic", service, region, f"--to-revisions={wanted}")

    # What is seen

    def answers(self, revisions: set[str], minutes: int) -> Answers:
        now = datetime.now(UTC)
        query = {
            "filter": 'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision"',
            "interval.startTime": (now - timedelta(minutes=minutes)).isoformat(),
            "interval.endTime": now.isoformat(),
            "aggregation.alignmentPeriod": f"{60 * minutes}s",
            "aggregation.perSeriesAligner": "ALIGN_SUM",
            "aggregation.crossSeriesReducer": "REDUCE_SUM",
            "aggregation.groupByFields": ["resource.labels.revision_name", "metric.labels.response_code_class"],
        }
        return counted(self._monitoring("timeSeries", query).get("timeSeries", []), revisions)

    def open_alerts(self) -> set[str]:
        return alerting(self._monitoring("alerts", {"filter": 'state="OPEN"', "pageSize": "1000"}).get("alerts", []))

    def _monitoring(self, what: str, query: Mapping[str, Any]) -> Any:
        token = self._gcloud("auth", "print-access-token").strip()
        address = f"{MONITORING}/projects/{self.environment.project}/{what}"
        try:
            got = requests.get(address, query, headers={"Authorization": f"Bearer {token}"}, timeout=60)
            got.raise_for_status()
        except requests.RequestException as error:
            raise CommandFailed(f"Cloud Monitoring: {type(error).__name__}") from None
        return got.json()

    # Commands

    def _terraform(self, *options: str, good: tuple[int, ...] = (0,)) -> Ended:
        command = [*self._program, f"-chdir={self._folder}", *options]
        ended = self._run(command, LONG_SECONDS)
        if ended.code not in good:
            raise CommandFailed(f"terraform {options[0]}: {ended.errors[-2000:]}")
        return ended

    def _gcloud(self, *options: str, seconds: int = SECONDS) -> str:
        command = ["gcloud", *options, f"--project={self.environment.project}", "--quiet"]
        ended = self._run(command, seconds)
        if ended.code:
            raise CommandFailed(f"gcloud {' '.join(options[:3])}: {ended.errors[-2000:]}")
        return ended.output


def service(status: dict[str, Any]) -> Service:
    """What `gcloud run services list` tells of one: traffic to the newest revision is named by its revision too."""
    ready = status.get("latestReadyRevisionName", "")
    traffic: dict[str, int] = {}
    for share in status.get("traffic", []):
        revision = share.get("revisionName", ready)
        if percent := share.get("percent", 0):
            traffic[revision] = traffic.get(revision, 0) + percent
    follows = any(share.get("latestRevision") and share.get("percent") for share in status.get("traffic", []))
    return Service(status.get("latestCreatedRevisionName", ready), ready, traffic, follows)


def alerting(alerts: Sequence[dict[str, Any]]) -> set[str]:
    """What they are called; but not those that an administrator's own release sets off."""
    policies = [one["policy"] for one in alerts]
    return {one["displayName"] for one in policies if one.get("userLabels", {}).get("alert") not in OF_A_RELEASE}


def counted(series: list[dict[str, Any]], revisions: set[str]) -> Answers:
    requests = failed = 0
    for one in series:
        if one["resource"]["labels"]["revision_name"] in revisions:
            count = sum(int(point["value"]["int64Value"]) for point in one["points"])
            requests += count
            failed += count if one["metric"]["labels"]["response_code_class"] == "5xx" else 0
    return Answers(requests, failed)
