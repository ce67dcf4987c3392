"""The customer's CI runs commands that exist, with no more rights than it needs and no secret."""

import re
from typing import Any

import pytest
import yaml

from tests.architecture.rules_source import ROOT

Workflow = dict[Any, Any]
TARGET = re.compile(r"^([a-z][a-z-]*(?: [a-z][a-z-]*)*):", re.MULTILINE)
MAKE = re.compile(r"(?:^|[\s;(&|])make ([a-z-]+)")
MODULE = re.compile(r"python -m (infra[\w.]+)")
VERSIONED = re.compile(r"[\w.-]+/[\w./-]+@v\d+")


@pytest.fixture(scope="module")
def workflow() -> Workflow:
    loaded: Workflow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text("utf-8"))
    return loaded


def steps(workflow: Workflow) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_every_make_target_and_module_that_it_runs_is_there(workflow: Workflow) -> None:
    scripts = "\n".join(step.get("run", "") for step in steps(workflow))
    targets = {name for line in TARGET.findall((ROOT / "Makefile").read_text("utf-8")) for name in line.split()}
    assert set(MAKE.findall(scripts)) == {"check", "test", "package"}
    assert set(MAKE.findall(scripts)) <= targets
    assert MODULE.findall(scripts) == ["infra.release.starts"]
    assert (ROOT / "infra/release/starts.py").is_file()


def test_every_change_is_checked_and_so_is_what_lands(workflow: Workflow) -> None:
    triggers = workflow[True]  # YAML reads `on` as true
    assert triggers == {"pull_request": None, "push": {"branches": ["main"]}}
    assert set(workflow["jobs"]) == {"check", "test", "package", "plan"}


def test_it_may_read_the_code_and_only_the_plan_may_ask_who_it_is(workflow: Workflow) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    own = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert own == {"plan": {"contents": "read", "id-token": "write"}}
    assert "github.repository" in workflow["jobs"]["plan"]["if"], "a fork's code would get the token"


def test_it_names_no_secret_and_every_action_has_its_version(workflow: Workflow) -> None:
    assert "secrets." not in (ROOT / ".github/workflows/check.yml").read_text("utf-8")
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used and all(VERSIONED.fullmatch(name) for name in used)


def test_no_untrusted_text_is_written_into_a_script(workflow: Workflow) -> None:
    scripts = [step["run"] for step in steps(workflow) if "run" in step]
    assert scripts and not any("${{" in script for script in scripts)
