"""`python -m infra.release`, with programs in the place of gcloud and terraform that write down what they are told."""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.architecture.rules_source import ROOT
from tests.release.fake_cloud import environment

TERRAFORM = """#!/bin/sh
echo "terraform $2 $3" >> "$TOLD"
case $2 in
    output) cat "$DEPLOYMENT" ;;
    plan) exit 2 ;;
    show) echo "1 to change" ;;
esac
"""
GCLOUD = """#!/bin/sh
echo "gcloud $1 $2 $3 $4" >> "$TOLD"
case "$1 $2 $3" in
    "run services list") echo "[]" ;;
    "run jobs execute") exit "$JOB" ;;
esac
"""


class Machine:
    """A folder with both programs, first in PATH."""

    def __init__(self, folder: Path) -> None:
        for name, text in (("terraform", TERRAFORM), ("gcloud", GCLOUD)):
            (folder / name).write_text(text, "utf-8")
            (folder / name).chmod(0o755)
        self._told = folder / "told"
        (folder / "deployment.json").write_text(json.dumps(asdict(environment())), "utf-8")
        self._environment = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "TOLD": str(self._told),
            "DEPLOYMENT": str(folder / "deployment.json"),
            "JOB": "0",
            "TERRAFORM": "terraform",
        }

    def run(self, *words: str, typed: str = "", **environment: str) -> tuple[int, str]:
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "infra.release", *words],
            cwd=ROOT,
            env=self._environment | environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    @property
    def told(self) -> list[str]:
        return [line.replace(str(ROOT), "").strip() for line in self._told.read_text("utf-8").splitlines()]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_first_deployment_runs_from_the_archive_to_the_record_of_what_serves(machine: Machine) -> None:
    code, said = machine.run("deploy", "--env", "stage", typed="yes\n")
    assert code == 0, said
    assert "1 to change" in said and said.rstrip().endswith(".zip serves")
    steps = [told for told in machine.told if not told.startswith("terraform output")]
    assert [step.split()[1:4] for step in steps] == [
        ["storage", "ls", "gs://upup-stage-source"],
        ["storage", "cp", "--if-generation-match=0"],
        ["storage", "cp", steps[2].split()[3]],
        ["storage", "rsync", "--recursive"],
        ["plan", "-input=false"],
        ["show", "-no-color"],
        ["run", "services", "list"],
        ["storage", "ls", "gs://upup-stage-source"],
        ["run", "services", "list"],
        ["builds", "submit", steps[9].split()[3]],
        ["run", "jobs", "deploy"],
        ["run", "jobs", "execute"],
        ["apply", "-input=false"],
        ["run", "jobs", "execute"],
        ["run", "services", "list"],
        ["storage", "cp", steps[15].split()[3]],
        ["storage", "rm", "gs://upup-stage-source/deploying"],
    ]


def test_who_does_not_write_yes_has_changed_nothing(machine: Machine) -> None:
    code, said = machine.run("deploy", "--env", "production", typed="y\n")
    assert code == 1 and said.endswith("deploy: the plan was refused; nothing was changed\n")
    assert not any("apply" in told or "jobs" in told for told in machine.told)


def test_a_failed_migration_is_a_failed_command_that_says_what_stands(machine: Machine) -> None:
    code, said = machine.run("deploy", "--env", "stage", YES="1", JOB="1")
    assert code == 1
    assert "gcloud run jobs execute" in said and "0 services serve the revisions of before" in said
    assert not any("apply" in told for told in machine.told)
    assert machine.told[-1] == "gcloud storage rm gs://upup-stage-source/deploying --project=upup-stage"


def test_without_an_environment_or_a_key_for_the_smoke_test_it_says_so(machine: Machine) -> None:
    assert machine.run("deploy", "--env", "")[0] == 2
    code, said = machine.run("smoke", "--env", "stage")
    assert (code, said) == (1, "smoke: SMOKE_KEY is not set: docs/deploy.md\n")
