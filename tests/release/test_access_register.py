"""The access register and the list of people that Terraform applies say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.release.access_register import ORGANISATIONS, REACHES, Difference, Listing, compare, listed, read
from infra.release.google import Ended
from shared.database.queries.access_grants import Grant
from shared.domain.access import Environment, Organisation, What
from shared.http.answers.access import COLUMNS, TIMES, access
from shared.http.answers.register_csv import csv_answer
from tests.architecture.rules_source import ROOT

MARIA = {"name": "Maria Lind", "organisation": "UpUp", "roles": ["staff", "stripe"], "since": "2026-11-23"}
PER = {"name": "Per Ek", "organisation": "The Farm", "roles": ["developer", "operator"], "since": "2026-11-23"}
PEOPLE: dict[str, dict[str, Any]] = {"maria@upup.example": MARIA, "per@thefarm.example": PER}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def entry(number: int, email: str, what: str, environment: str = "stage", **more: Any) -> Grant:
    since = date(2026, 11, 23)
    return Grant(
        *(f"grt_{number}", "Någon", email, "UpUp", environment, what, "r", since, None, "a@upup.example", NOW), **more
    )


def exported(folder: Path, *grants: Grant) -> list[dict[str, str]]:
    """As staff download it."""
    answer = csv_answer("access", COLUMNS, [access(one, NOW.date()) for one in grants], TIMES)
    file = folder / "access.csv"
    file.write_bytes(b"".join(answer.file or ()))
    return read(file)


def test_whoever_is_listed_and_entered_makes_no_difference(tmp_path: Path) -> None:
    entries = exported(
        tmp_path,
        entry(1, "Maria@upup.example", "portal"),
        entry(2, "maria@upup.example", "stripe"),
        entry(3, "per@thefarm.example", "logs"),
        entry(4, "per@thefarm.example", "deployment"),
        entry(5, "maria@upup.example", "mailchimp"),
    )
    assert compare(listed(PEOPLE), entries, "stage") == Difference([], [])


def test_what_is_missing_is_to_be_entered_and_what_is_too_much_to_be_ended(tmp_path: Path) -> None:
    entries = exported(
        tmp_path,
        entry(1, "maria@upup.example", "portal"),
        entry(2, "gone@upup.example", "portal"),
        entry(3, "per@thefarm.example", "logs", environment="production"),
        entry(4, "per@thefarm.example", "deployment", ended_by="a@upup.example", ended_at=NOW),
    )
    found = compare(listed(PEOPLE), entries, "stage")
    assert [one.key for one in found.to_enter] == [
        ("maria@upup.example", "stripe"),
        ("per@thefarm.example", "deployment"),
        ("per@thefarm.example", "logs"),
    ]
    assert found.to_enter[1].organisation == "The Farm Interactive"
    assert found.to_end == ["grt_2"]


def test_the_words_are_those_of_the_register_and_of_terraform() -> None:
    assert {what for reached in REACHES.values() for what in reached} <= set(What)
    assert set(ORGANISATIONS.values()) == set(Organisation)
    roles = (ROOT / "infra/modules/identity/people.tf").read_text("utf-8")
    assert all(f"    {role} = [" in roles for role in REACHES)
    assert {"development", "stage", "production"} == set(Environment)


@pytest.mark.parametrize("environment", ["dev", "stage", "production"])
def test_every_environment_has_an_example_of_its_list(environment: str) -> None:
    example = (ROOT / f"infra/environments/{environment}/staff.auto.tfvars.example").read_text("utf-8")
    assert example.count("{") == example.count("}")
    used = {word for line in example.splitlines() if " roles" in line for word in line.split('"')[1::2]}
    assert used <= REACHES.keys()


def test_the_list_is_read_as_it_was_applied() -> None:
    said: list[str] = []

    def run(command: list[str], seconds: int) -> Ended:
        said.append(" ".join(command[2:]))
        return Ended(0, '{"maria@upup.example": {"name": "Maria Lind"}}')

    assert Listing(Path("stage"), set(), run).people() == {"maria@upup.example": {"name": "Maria Lind"}}
    assert said == ["output -json people"]
