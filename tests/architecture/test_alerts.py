"""Figures, alerts and the runbook say the same: what must hold is watched, and every alert says what to do."""

import json
import re
from datetime import timedelta

import pytest

from shared.domain import retention
from shared.http.job import run_job
from shared.metrics import Metric
from tests.architecture.rules_alerts import (
    LONGEST,
    entries,
    labels_given,
    malformed,
    pause,
    promising,
    read_yaml,
    span,
    wrong_entries,
)
from tests.architecture.rules_functions import read_table
from tests.architecture.rules_source import ROOT, deployed

ALERTS = read_yaml("alerts.yaml")["alerts"]
METRICS = read_yaml("metrics.yaml")
RUNBOOK = (ROOT / "docs/runbook.md").read_text("utf-8")
DASHBOARD = (ROOT / "infra/modules/observability/dashboard.yaml").read_text("utf-8")
GOOD = {"title": "It waits", "severity": "ERROR", "owner": "money", "figure": "doubts_open", "above": 0}


def watched() -> dict[str, timedelta]:
    """By scheduled function, when its silence is told of."""
    return {
        job: span(window) + span(alert["for"])
        for alert in ALERTS.values()
        for job, window in alert.get("silent", {}).items()
    }


def test_every_figure_of_the_code_is_a_metric_and_the_other_way_round() -> None:
    assert set(METRICS["figures"]) == set(Metric)


def test_a_metrics_labels_are_those_that_its_lines_have() -> None:
    given = labels_given(file.read_text("utf-8") for file in deployed())
    listed = {name: set(row.get("labels", ())) for name, row in METRICS["figures"].items()}
    assert len(given) > 5
    assert {name: labels for name, labels in given.items() if not labels <= listed[Metric[name]]} == {}


def test_whatever_must_be_0_or_is_told_of_has_an_alert() -> None:
    promised = promising((ROOT / "shared/metrics.py").read_text("utf-8"))
    assert "rows_in_clear_over_limit" in promised
    assert promised - {alert["figure"] for alert in ALERTS.values() if alert.get("above") == 0} == set()


def test_a_figure_that_must_be_0_is_found() -> None:
    source = (
        'class Metric(StrEnum):\n    A = "a"\n    """Must be 0."""\n    B = "b"\n    C = "c"\n    """Alert on any."""\n'
    )
    assert promising(source) == {"a", "c"}


def test_alerts_and_the_dashboard_ask_for_figures_that_there_are() -> None:
    names = set(METRICS["figures"]) | set(METRICS["lines"])
    text = json.dumps(ALERTS) + DASHBOARD.replace("${user}", "user_")
    asked = {re.sub("_(?:sum|count|bucket)$", "", name) for name in re.findall(r"\buser_(\w+)\{", text)}
    asked |= {alert["figure"] for alert in ALERTS.values() if "figure" in alert}
    asked |= set(
        re.findall(r'jsonPayload\.metric="(\w+)"', " ".join(alert.get("log", "") for alert in ALERTS.values()))
    )
    assert asked - names == set()


def test_every_alert_watches_one_thing_and_says_whose_it_is() -> None:
    assert malformed(ALERTS) == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"log": "severity>=ERROR"},
        {"severity": "INFO"},
        {"owner": "anna"},
        {"title": ""},
        {"above": None, "query": "up"},
    ],
)
def test_an_alert_that_watches_two_things_or_is_nobodys_is_found(changes: dict[str, object]) -> None:
    assert malformed({"good": GOOD, "bad": GOOD | changes}) == {"bad"}


def test_no_scheduled_function_can_fall_silent_unseen() -> None:
    jobs = {name: row for name, row in read_table().items() if "schedule" in row["trigger"]}
    told = watched()
    assert set(told) == set(jobs)
    early = {name for name, row in jobs.items() if told[name] <= pause(row["trigger"]["schedule"])}
    assert early == set()


def test_a_job_is_watched_once_and_no_longer_than_can_be_looked_back() -> None:
    silences = [(job, span(window)) for alert in ALERTS.values() for job, window in alert.get("silent", {}).items()]
    assert len(silences) == len(dict(silences))
    assert {job for job, window in silences if window > LONGEST} == set()


def test_a_run_of_encryption_that_does_not_come_is_told_of_before_a_number_passes_its_limit() -> None:
    assert watched()["encrypt_expired"] < retention.RUN_EVERY + retention.RUN_MAY_BE_LATE


def test_the_longest_pause_of_a_schedule_is_that_of_the_night_when_summer_time_ends() -> None:
    assert pause("10 3 * * *") == timedelta(hours=25)
    assert pause("*/10 * * * *") == timedelta(minutes=10)


def test_every_alert_has_its_entry_in_the_runbook_and_every_other_entry_says_when_it_is_needed() -> None:
    assert wrong_entries(ALERTS, entries(RUNBOOK)) == set()


def test_an_entry_that_is_missing_or_lacks_a_part_is_found() -> None:
    alerts = "### it-waits\n**Means.** Late.\n**See.** The page.\n**Do.** Run.\n"
    text = f"{alerts}## Other\n### Leaving\n**See.** A.\n**Do.** B.\n"
    assert wrong_entries(["it_waits"], entries(text)) == {"leaving"}
    assert wrong_entries(["it_waits", "it_burns"], entries(text.replace("**See.** The page.\n", ""))) == {
        *("it-burns", "it-waits", "leaving")
    }


def test_the_runbook_names_calls_targets_pages_and_functions_that_there_are() -> None:
    calls = json.loads((ROOT / "shared/http/openapi/openapi.json").read_text("utf-8"))["paths"]
    known = {re.sub(r"\{\w+\}", "ID", path) for path in calls}
    assert set(re.findall(r"/v1/[\w/-]+", RUNBOOK)) - known == set()
    targets = {
        target
        for line in re.findall(r"^([a-z -]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        for target in line.split()
    }
    assert set(re.findall(r"`make ([a-z-]+)", RUNBOOK)) - targets == set()
    pages = set(re.findall(r'"(/staff[\w/-]*)"', (ROOT / "web/staff/main.js").read_text("utf-8")))
    assert set(re.findall(r"`(/staff[\w/-]*)`", RUNBOOK)) - pages == set()
    assert set(re.findall(r"\]\(#([\w-]+)\)", RUNBOOK)) - set(entries(RUNBOOK)) == set()
    services = {name.replace("_", "-") for name in read_table()}
    assert set(re.findall(r"(?:service_name=\"|`job |jobs (?:describe|resume) )([a-z-]+)", RUNBOOK)) - services == set()


def test_a_run_says_in_its_line_whether_it_was_good(capsys: pytest.CaptureFixture[str]) -> None:
    """As the metrics `jobs_done`, `jobs_failed` and `messages_relayed` read it."""

    def relay() -> dict[str, int]:
        return {"relayed": 2}

    def fail() -> dict[str, int]:
        raise TimeoutError

    for job in (relay, fail):
        run_job(job)
    good, bad = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (good["job"], good["severity"], good["relayed"]) == ("relay", "INFO", 2)
    assert (bad["job"], bad["severity"]) == ("fail", "ERROR")


def test_the_objectives_are_those_that_alerts_are_made_of() -> None:
    text = (ROOT / "docs/slo.md").read_text("utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall("`([a-z_0-9]+)`", row[-2])}
    assert named and named - set(ALERTS) == set()
    wanted = {
        f"{objective['good']:.1%}".replace("%", " %") for objective in read_yaml("alerts.yaml")["objectives"].values()
    }
    assert wanted and {good for good in wanted if good not in text} == set()
