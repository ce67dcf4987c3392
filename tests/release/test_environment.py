"""What a deployment reads and names of Terraform is there."""

import re
from dataclasses import fields

from infra.release.__main__ import FOUNDATION, WATCH_MINUTES
from infra.release.cloud import Environment
from tests.architecture.rules_source import ROOT

MODULES = ROOT / "infra/modules"


def test_the_output_deployment_is_what_a_deployment_reads() -> None:
    outputs = (MODULES / "upup/outputs.tf").read_text("utf-8")
    block = outputs.partition('output "deployment"')[2].partition("\n}\n")[0]
    told = set(re.findall(r"^    (\w+) +=", block, re.MULTILINE))
    assert told | {"site"} == {field.name for field in fields(Environment)}
    assert "site = var.site" in (ROOT / "infra/environments/outputs.tf").read_text("utf-8")


def test_what_a_foundation_is_made_of_exists_and_so_does_each_environment() -> None:
    whole = (MODULES / "upup/main.tf").read_text("utf-8")
    for target in FOUNDATION:
        module, _, resource = target.partition(".")
        assert f'module "{module}"' in whole
        if resource:
            kind, _, name = resource.partition(".")
            assert f'resource "{kind}" "{name}"' in (MODULES / module / "main.tf").read_text("utf-8")
    assert {folder.name for folder in (ROOT / "infra/environments").iterdir() if folder.is_dir()} == set(WATCH_MINUTES)


def test_a_deployment_gives_terraform_variables_that_every_environment_has() -> None:
    variables = (ROOT / "infra/environments/variables.tf").read_text("utf-8")
    assert 'variable "source_object"' in variables and 'variable "site_version"' in variables
