"""The table, the functions on disk, the sandbox, the load balancer and openapi.json lead every path to one function."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from sandbox import functions_table
from sandbox.dispatcher import Routes
from shared.http.answers.description import FILE
from shared.http.openapi.routes import ROUTES
from tests.architecture.rules_balancer import Balancer, Match, planned
from tests.architecture.rules_functions import Table, function_of, read_table
from tests.architecture.rules_source import ROOT
from tests.infra.terraform import NotAvailable, Terraform

Lead = Callable[[str], str | None]
"""Where one list leads a path with its `<places>`: a function's name."""

STRAY = ["/", "/index.html", "/login", "/g", "/staff", "/staff/gifts", "/staffing", "/v1", "/v1/new", "/v1/sends/a/b/c"]
"""Paths that no function has for its own, and pages."""


def disk(path: str) -> str | None:
    return next((route.file.stem for route in ROUTES if route.path == path), None)


def described() -> set[str]:
    """The paths of openapi.json, with places as the functions write them."""
    paths: dict[str, object] = json.loads(FILE.read_text("utf-8"))["paths"]
    return {path.replace("{", "<").replace("}", ">") for path in paths}


def filled(path: str) -> str:
    return re.sub("<[^>]*>", "abc_1", path)


def sandbox_of(functions: Iterable[functions_table.Function]) -> Lead:
    routes = Routes({route: function.name for function in functions for route in function.routes})
    return lambda path: routes.lead(filled(path))


def table_of(table: Table) -> Lead:
    return lambda path: function_of(table, path)


def disagreements(leads: Mapping[str, Lead], paths: Iterable[str]) -> dict[str, dict[str, str | None]]:
    """The paths that are not led to one and the same function by all, and where each leads them."""
    found = {path: {name: lead(path) for name, lead in leads.items()} for path in paths}
    return {path: led for path, led in found.items() if len(set(led.values())) != 1 or None in led.values()}


@pytest.fixture(scope="module")
def sandbox() -> Lead:
    return sandbox_of(functions_table.read(ROOT / "infra/functions.yaml"))


@pytest.fixture(scope="module")
def balancer(tmp_path_factory: pytest.TempPathFactory) -> Balancer:
    try:
        return planned(tmp_path_factory.mktemp("balancer"), Terraform())
    except NotAvailable as reason:
        pytest.skip(f"the load balancer's routes are not compared: {reason}")


def test_table_disk_sandbox_and_description_lead_every_path_to_one_function(sandbox: Lead) -> None:
    assert described() == {route.path for route in ROUTES}
    assert disagreements({"table": table_of(read_table()), "disk": disk, "sandbox": sandbox}, described()) == {}


def test_the_load_balancer_leads_every_path_where_the_sandbox_does(sandbox: Lead, balancer: Balancer) -> None:
    leads = {"disk": disk, "sandbox": sandbox, "balancer": lambda path: balancer.function_of(filled(path))}
    assert disagreements(leads, described()) == {}
    assert disagreements({name: leads[name] for name in ("sandbox", "balancer")}, STRAY) == {}


def test_every_route_of_the_table_has_a_path_that_its_function_answers() -> None:
    """Functions without any path of their own make answers of files: pages."""
    answering = {route.file.stem for route in ROUTES}
    unused = {
        route
        for name, row in read_table().items()
        for route in row["trigger"].get("routes", [])
        if name in answering and not any(_is_for(route, one.path) for one in ROUTES if one.file.stem == name)
    }
    assert unused == set()


def _is_for(route: str, path: str) -> bool:
    start = route.removesuffix("/*").count("/") + 1
    parts = re.sub("<[^>]*>", "*", path).split("/")
    return "/".join(parts[:start]) == route.removesuffix("/*") and (len(parts) > start) == route.endswith("/*")


def test_no_path_fits_two_templates_of_which_the_order_would_then_decide() -> None:
    routes = [route for row in read_table().values() for route in row["trigger"].get("routes", []) if "/*/" in route]
    assert len(routes) > 5
    assert [(one, other) for one in routes for other in routes if one < other and _overlap(one, other)] == []
    assert _overlap("/v1/*/test", "/v1/gift/*")
    assert not _overlap("/v1/*/test", "/v1/gift/*/test")


def _overlap(one: str, other: str) -> bool:
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    return one.count("/") == other.count("/") and all(a == b or "*" in (a, b) for a, b in pairs)


BALANCER = Balancer(
    (
        ("list", (Match(whole="/v1/sends"),)),
        ("report", (Match(template="/v1/sends/*/report.csv"),)),
        ("one", (Match(beginning="/v1/sends/"),)),
    ),
    rest="pages",
)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/sends", "list"),
        ("/v1/sends/a", "one"),
        ("/v1/sends/a/report.csv", "report"),
        ("/v1/sends/a/reportxcsv", "one"),
        ("/v1/sends/a/b/report.csv", "one"),
        ("/v1/sendsome", "pages"),
    ],
)
def test_the_first_rule_that_fits_leads(path: str, name: str) -> None:
    assert BALANCER.function_of(path) == name


def test_a_list_that_leads_a_path_elsewhere_or_nowhere_is_found() -> None:
    row = {"trigger": {"routes": ["/v1/sends"]}}
    same = {"table": table_of({"list": row}), "balancer": BALANCER.function_of}
    assert disagreements(same, ["/v1/sends"]) == {}
    other = {"table": table_of({"other": row}), "balancer": BALANCER.function_of}
    assert disagreements(other, ["/v1/sends"]) == {"/v1/sends": {"table": "other", "balancer": "list"}}
    nowhere = {"disk": disk, "sandbox": sandbox_of([])}
    assert disagreements(nowhere, ["/v1/nothing"]) == {"/v1/nothing": {"disk": None, "sandbox": None}}


def test_a_rule_too_few_in_terraform_is_found(sandbox: Lead, balancer: Balancer) -> None:
    lost = Balancer(tuple(rule for rule in balancer.rules if rule[0] != "gift_report"), balancer.rest)
    leads = {"sandbox": sandbox, "balancer": lambda path: lost.function_of(filled(path))}
    assert set(disagreements(leads, described())) == {"/g/<token>/report", "/v1/gift/<token>/report"}


def test_without_terraform_the_reason_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotAvailable, match="not installed"):
        Terraform(str(tmp_path / "none"))
