"""What a month costs is computed, and counts no less than the tables of functions and alerts hold."""

from typing import Any

import pytest
import yaml

from infra.release.costs import cost, google, read, suppliers, table
from infra.release.secrets import names
from tests.architecture.rules_functions import read_table
from tests.architecture.rules_source import ROOT


@pytest.fixture(scope="module")
def prices() -> dict[str, Any]:
    return read()


def test_the_document_shows_the_table_of_todays_prices(prices: dict[str, Any]) -> None:
    text = (ROOT / "docs/deploy.md").read_text("utf-8")
    shown = text.partition("<!-- costs -->")[2].partition("<!-- /costs -->")[0].strip()
    assert shown == table(prices), "run python -m infra.release.costs"


def test_jobs_secrets_alerts_and_ready_instances_are_no_more_than_what_is_counted(prices: dict[str, Any]) -> None:
    functions = read_table()
    units = {name: line.get("a_month", {}).get("production") for name, line in prices["google"].items()}
    assert units["jobs"] >= sum("schedule" in row["trigger"] for row in functions.values())
    assert units["secrets"] >= len(names(ROOT / "infra/functions.yaml"))
    alerts = yaml.safe_load((ROOT / "infra/alerts.yaml").read_text("utf-8"))["alerts"]
    assert units["metrics and alerts"] >= len(alerts)
    sizes = {"256Mi": 0.25, "512Mi": 0.5, "1Gi": 1.0}
    ready = [
        float(row["cpu"]) + sizes[row["memory"]] for row in functions.values() for _ in range(row["min_instances"])
    ]
    assert units["functions, always ready"] >= sum(ready) * 730 * 3600


def test_what_is_free_costs_nothing_and_what_is_beyond_it_does() -> None:
    line = {"price": 2.0, "free": 10, "a_month": {"stage": 4}, "a_delivery": 0.5, "a_company": 1}
    assert cost(line, "stage", 8, 2) == 0
    assert cost(line, "stage", 20, 2) == 12
    assert cost(line, "production", 20, 0) == 0


def test_a_delivery_costs_its_suppliers_and_little_besides(prices: dict[str, Any]) -> None:
    kronor = suppliers(prices, 1_000_000) / 1_000_000
    dollars = google(prices, "production", 1_000_000, 300) / 1_000_000
    assert dollars * prices["sek_a_dollar"] < 0.05 * kronor
    assert google(prices, "dev", 0, 0) < google(prices, "production", 0, 0)
