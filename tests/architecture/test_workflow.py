"""The customer's CI runs commands that exist, with no more rights than they need and no secret."""

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


FOLDER = ROOT / ".github/workflows"


def read(name: str) -> Workflow:
    loaded: Workflow = yaml.safe_load((FOLDER / f"{name}.yml").read_text("utf-8"))
    return loaded


@pytest.fixture
def check() -> Workflow:
    return read("check")


@pytest.fixture
def deploy() -> Workflow:
    return read("deploy")


@pytest.fixture(params=["check", "deploy"])
def workflow(request: pytest.FixtureRequest) -> Workflow:
    return read(request.param)


def steps(workflow: Workflow) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_every_make_target_and_module_that_they_run_is_there(workflow: Workflow) -> None:
    scripts = "\n".join(step.get("run", "") for step in steps(workflow))
    targets = {name for line in TARGET.findall((ROOT / "Makefile").read_text("utf-8")) for name in line.split()}
    assert MAKE.findall(scripts) and set(MAKE.findall(scripts)) <= targets
    for module in MODULE.findall(scripts):
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file()


def test_every_change_is_checked_tested_and_packaged_and_so_is_what_lands(check: Workflow) -> None:
    triggers = check[True]  # YAML reads `on` as true
    assert triggers == {"pull_request": None, "push": {"branches": ["main"]}}
    assert set(check["jobs"]) == {"check", "test", "package", "plan"}
    scripts = "\n".join(step.get("run", "") for step in steps(check))
    assert set(MAKE.findall(scripts)) == {"check", "test", "package"}
    assert MODULE.findall(scripts) == ["infra.release.starts"]


def test_only_the_plan_of_our_own_branches_may_ask_who_it_is_as_an_account_that_reads(check: Workflow) -> None:
    assert check["permissions"] == {"contents": "read"}
    own = {name: job["permissions"] for name, job in check["jobs"].items() if "permissions" in job}
    assert own == {"plan": {"contents": "read", "id-token": "write"}}
    assert "head.repo.full_name == github.repository" in check["jobs"]["plan"]["if"], (
        "a fork's code would get the token"
    )
    accounts = [step["with"]["service_account"] for step in steps(check) if "service_account" in step.get("with", {})]
    assert len(accounts) == 1 and accounts[0].startswith("planner@")


def test_a_release_is_asked_for_comes_from_main_and_waits_for_who_must_agree(deploy: Workflow) -> None:
    assert list(deploy[True]) == ["workflow_dispatch"]
    (job,) = deploy["jobs"].values()
    assert job["if"] == "github.ref == 'refs/heads/main'"
    assert job["environment"] == "${{ inputs.environment }}"
    assert deploy["permissions"] == {"contents": "read"}
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    assert deploy["concurrency"]["cancel-in-progress"] is False


def test_they_name_no_secret_and_every_action_has_its_version(workflow: Workflow) -> None:
    assert "secrets." not in yaml.safe_dump(workflow)
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert used and all(VERSIONED.fullmatch(name) for name in used)


def test_no_untrusted_text_is_written_into_a_script(workflow: Workflow) -> None:
    scripts = [step["run"] for step in steps(workflow) if "run" in step]
    assert scripts and not any("${{" in script for script in scripts)
