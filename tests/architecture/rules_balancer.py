"""The load balancer's routes, from Terraform's own plan of them, and where Google would lead a path by them."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.architecture.rules_source import ROOT
from tests.infra.terraform import Terraform

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


def planned(folder: Path, terraform: Terraform) -> Balancer:
    """The balancer as Terraform plans it, made ready in an empty folder. Raises `NotAvailable`."""
    edge, table = (os.path.relpath(ROOT / place, folder) for place in ("infra/modules/edge", "infra/functions.yaml"))
    (folder / "main.tf").write_text(CALLER.format(edge=edge, table=table))
    (folder / "tests").mkdir()
    (folder / "tests/plan.tftest.hcl").write_text(PLAN)
    terraform.init(folder)
    return _read(terraform.run(folder, "test", "-json", "-verbose").stdout)


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
