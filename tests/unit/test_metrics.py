"""A figure is one line of JSON that Cloud Logging reads, and holds nothing of anybody."""

import json

import pytest
from flask import Flask

from shared.http.job import run_job
from shared.metrics import Metric, measure


def test_a_figure_is_one_line_of_json_with_its_name_and_its_value(capsys: pytest.CaptureFixture[str]) -> None:
    measure(Metric.ROWS_IN_CLEAR_OVER_LIMIT, 0)
    measure(Metric.DISCLOSURES_OPEN, 2, supplier="lekab")
    first, second = capsys.readouterr().out.splitlines()
    assert json.loads(first) == {"severity": "INFO", "metric": "rows_in_clear_over_limit", "value": 0}
    assert json.loads(second) == {"severity": "INFO", "metric": "disclosures_open", "value": 2, "supplier": "lekab"}


@pytest.mark.parametrize(
    "label", ["+46701740605", "0701740605", "Åsa", "asa@exempel.example", "snd_a2b3", "", "a b", "two\nlines", "x" * 41]
)
def test_a_label_that_could_be_a_number_a_name_or_an_id_is_refused_without_repeating_it(
    label: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="labels that are no plain words: who") as refusal:
        measure(Metric.ROWS_IN_CLEAR, 1, who=label)
    assert not label or label not in str(refusal.value)
    assert capsys.readouterr().out == ""


def test_a_job_says_what_it_did_in_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    def encrypt() -> dict[str, int]:
        return {"rows": 3, "overdue": 0}

    with Flask(__name__).app_context():
        run_job(encrypt)
    assert json.loads(capsys.readouterr().out) == {"severity": "INFO", "job": "encrypt", "rows": 3, "overdue": 0}


def test_the_names_that_alerts_hold_on_to_stay() -> None:
    assert {one.value for one in Metric} >= {
        "rows_in_clear",
        "rows_in_clear_over_limit",
        "oldest_row_in_clear_seconds",
        "nearest_limit_seconds",
        "texts_over_72_hours",
        "sends_over_erase_limit",
        "disclosures_open",
    }


def test_a_job_that_fails_is_a_line_that_alerts_find_by_its_severity_and_says_nothing_of_anybody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def encrypt() -> dict[str, int]:
        raise ValueError("070-174 06 05 Åsa")

    with Flask(__name__).app_context():
        answer = run_job(encrypt)
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (answer.status_code, answer.get_data(), told["severity"], told["job"]) == (500, b"", "ERROR", "encrypt")
    assert told["message"].startswith("builtins.ValueError at ") and ".py:" in told["message"]
    assert "174" not in told["message"] and "Åsa" not in told["message"]
