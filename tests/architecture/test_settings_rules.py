"""No part of the sandbox can stand in production's settings, and every setting is documented."""

from pathlib import Path

import pytest

from sandbox.mariadb import Access
from sandbox.run import Run
from sandbox.settings import environment
from shared.environment import Group, Settings, SettingsError, setting
from shared.settings import GROUPS, CoreSettings
from tests.architecture.rules_functions import facts_of, groups_of, sources
from tests.architecture.rules_settings import PRODUCTION, accepted_in_production, local_settings, undocumented
from tests.architecture.rules_source import ROOT

ON_THE_MACHINE = ("_ADDRESS", "_URL", "_FILE", "DATABASE_PASSWORD")


class QueueSettings(Group):
    queue_address: str = setting("a queue that nobody would look for among the secrets", default="", secret=True)
    queue_name: str = setting("its name", default="")


def settings_table() -> Path:
    """The page with the table of settings: the README, once it has one."""
    readme = ROOT / "README.md"
    has_table = readme.exists() and "# Settings\n" in readme.read_text("utf-8")
    return readme if has_table else ROOT / "docs/settings.md"


def test_production_starts_with_settings_of_its_own() -> None:
    Settings(PRODUCTION).check(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_production_refuses_loopback_and_plain_http_in_every_setting(group: type) -> None:
    assert accepted_in_production(group) == set()


def test_a_setting_that_takes_a_loopback_address_in_production_is_found() -> None:
    assert accepted_in_production(QueueSettings) == {"QUEUE_ADDRESS"}


def test_what_reaches_the_sandboxs_parts_is_for_development_only() -> None:
    assert local_settings() == {
        "APPROVED_BY_ITSELF",
        "CLOCK_OFFSET_FILE",
        "DATABASE_ADDRESS",
        "DATABASE_PASSWORD",
        "KMS_ADDRESS",
        "PUBSUB_ADDRESS",
        "SANDBOX_CALLER",
        "SITE_REFRESH_SECONDS",
        "WEBHOOK_LOOPBACK",
    }


@pytest.mark.parametrize("stage", ["stage", "production"])
@pytest.mark.parametrize("name", sorted(local_settings()))
def test_a_setting_for_development_stops_the_start_elsewhere(stage: str, name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(PRODUCTION | {"ENVIRONMENT": stage, name: "db.upup.example:3306"}).check(GROUPS)
    assert f"{name} is for development only and must not be set in {stage}" in caught.value.faults


@pytest.mark.parametrize("function", sorted(sources()))
def test_no_function_of_production_starts_with_the_sandboxs_settings(function: str, tmp_path: Path) -> None:
    run = Run(checkout=str(ROOT), folder=str(tmp_path), web_port=8080, console_port=8081)
    given = environment(run, Access(3306, str(tmp_path), "upup", "secret", "secret"), "AAAA")
    groups: tuple[type[Group], ...] = (CoreSettings, *groups_of(sources()[function]))
    Settings(given).check(groups)
    with pytest.raises(SettingsError) as caught:
        Settings(given | {"ENVIRONMENT": "production"}).check(groups)
    sandboxed = {
        name for group in groups for name in facts_of(group) if name in given and name.endswith(ON_THE_MACHINE)
    }
    assert sandboxed <= {fault.partition(" ")[0] for fault in caught.value.faults}


def test_every_setting_is_in_the_table_of_settings() -> None:
    assert undocumented(settings_table().read_text("utf-8")) == set()


def test_a_setting_that_is_not_documented_or_no_longer_exists_is_found() -> None:
    rows = [
        "| Name | Meaning |",
        "|---|---|",
        "| `QUEUE_NAME` | its name |",
        "| `GONE` | of old |",
        "# Next",
        "| `NO` | |",
    ]
    text = "\n".join(["# Settings", *rows])
    assert undocumented(text, (QueueSettings,)) == {"QUEUE_ADDRESS", "GONE"}
