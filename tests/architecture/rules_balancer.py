"""The load balancer's routes, from Terraform's own plan of them, and where Google would lead a path by them."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.architecture.rules_source import ROOT

TERRAFORM = shlex.split(os.environ.get("TERRAFORM", "terraform"))
PATIENCE_SECONDS = 120
UNREACHABLE = ("Failed to query available provider packages", "Could not retrieve the list of available versions")

# The edge alone, with the table as it is: a plan without an account.
CALLER = """
terraform {{
  required_providers {{
    google = {{ source = "hashicorp/google", version = "~> 6.50" }}
  }}
}}

module "edge" {{
  source         = "{edge}"
  project        = "upup-test"
  project_number = "1"
  region         = "europe-north1"
  domain         = "upup.example"
  functions = {{
    for name, row in yamldecode(file("{table}")).functions :
    name => merge(row, {{ kind = can(row.trigger.routes) ? "http" : "other", routes = try(row.trigger.routes, []) }})
  }}
}}

output "edge" {{
  value = {{ rules = module.edge.rules, rest = module.edge.rest, backends = module.edge.backends }}
}}
"""
PLAN = 'mock_provider "google" {}\n\nrun "plan" {\n  command = plan\n}\n'


class NoTerraform(Exception):
    """Terraform or its provider cannot be had here."""


@dataclass(frozen=True)
class Match:
    """One of the three is set: the whole path, a template in which `*` is a segment, or how a path begins."""

    whole: str | None = None
    template: str | None = None
    beginning: str | None = None

    def fits(self, path: str) -> bool:
        if self.template is not None:
            return re.fullmatch(re.escape(self.template).replace(r"\*", "[^/]+"), path) is not None
        return path == self.whole or (self.beginning is not None and path.startswith(self.beginning))


@dataclass(frozen=True)
class Balancer:
    """Each rule's function and matches, the most important first; `rest` takes what no rule fits."""

    rules: tuple[tuple[str, tuple[Match, ...]], ...]
    rest: str

    def function_of(self, path: str) -> str:
        fitting = (name for name, matches in self.rules if any(match.fits(path) for match in matches))
        return next(fitting, self.rest)


def planned(folder: Path, terraform: Sequence[str] = TERRAFORM) -> Balancer:
    """The balancer as Terraform plans it, made ready in an empty folder. Raises NoTerraform."""
    if shutil.which(terraform[0]) is None:
        raise NoTerraform("Terraform is not installed")
    edge, table = (os.path.relpath(ROOT / place, folder) for place in ("infra/modules/edge", "infra/functions.yaml"))
    (folder / "main.tf").write_text(CALLER.format(edge=edge, table=table))
    (folder / "tests").mkdir()
    (folder / "tests/plan.tftest.hcl").write_text(PLAN)
    made = _run(folder, *terraform, "init", "-backend=false", "-input=false", "-no-color")
    said = " ".join((made.stdout + made.stderr).replace("│", " ").split())
    if any(words in said for words in UNREACHABLE):
        raise NoTerraform("Terraform's provider cannot be fetched")
    assert made.returncode == 0, said
    return _read(_run(folder, *terraform, "test", "-json", "-verbose").stdout)


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - Terraform, as whoever runs the tests names it
        command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


def _read(lines: str) -> Balancer:
    said = [json.loads(line) for line in lines.splitlines()]
    faults = [one["@message"] for one in said if one["@level"] == "error"]
    assert not faults, faults
    (plan,) = [one["test_plan"] for one in said if one["type"] == "test_plan"]
    return _balancer(plan["output_changes"]["edge"]["after"])


def _balancer(edge: dict[str, Any]) -> Balancer:
    names = {backend["id"]: name for name, backend in edge["backends"].items()}
    rules = sorted(edge["rules"], key=lambda rule: int(rule["priority"]))
    assert len({rule["priority"] for rule in rules}) == len(rules)
    return Balancer(
        tuple((names[rule["service"]], tuple(Match(**match) for match in rule["paths"])) for rule in rules),
        names[edge["rest"]],
    )
