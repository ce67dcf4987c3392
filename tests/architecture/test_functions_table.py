"""infra/functions.yaml and the functions on disk say the same, and production can run what they say."""

import math
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.domain.chunks import CLAIM
from shared.providers.lekab import AT_ONCE
from shared.settings import (
    AuditSettings,
    CoreSettings,
    DatabaseSettings,
    ErasureLogSettings,
    FingerprintSettings,
    LekabSettings,
    SiteSettings,
)
from tests.architecture.rules_functions import (
    Table,
    impatient,
    incomplete,
    key_rights,
    misled,
    names_group,
    needs_key_service,
    out_of_step,
    read_jobs,
    read_table,
    secrets_of,
    sources,
    wrong_secrets,
)
from tests.architecture.rules_source import ROOT

Row = dict[str, Any]
SUPPLIER_SECONDS = CoreSettings.supplier_timeout_seconds


def row(**changes: object) -> dict[str, object]:
    return {
        "trigger": {"topic": "sms-wanted"},
        "memory": "256Mi",
        "cpu": "1",
        "concurrency": 1,
        "connections": 1,
        "min_instances": 0,
        "max_instances": 1,
        "timeout_seconds": 60,
        "secrets": ["TOKEN_KEY"],
    } | changes


def test_every_function_is_in_the_table_and_the_other_way_round() -> None:
    assert out_of_step(read_table(), sources()) == set()


def test_a_function_that_is_only_listed_or_only_on_disk_is_found() -> None:
    table: Table = {"sends": row(), "stray": row(trigger={"schedule": "0 * * * *"})}
    assert out_of_step(table, ["pubsub/sends"]) == {"schedule/stray"}
    assert out_of_step(table, ["pubsub/sends", "schedule/stray", "http/new"]) == {"http/new"}
    assert out_of_step({"sends": row()}, ["http/sends"]) == {"http/sends", "pubsub/sends"}


def test_every_function_has_one_trigger_and_all_its_limits() -> None:
    assert incomplete(read_table()) == set()


@pytest.mark.parametrize(
    "changes",
    [
        {"trigger": {}},
        {"trigger": {"topic": "a", "schedule": "* * * * *"}},
        {"trigger": {"bucket": "a"}},
        {"retries": 1},
    ],
)
def test_a_function_with_another_trigger_or_field_is_found(changes: dict[str, object]) -> None:
    assert incomplete({"good": row(), "bad": row(**changes)}) == {"bad"}


@pytest.mark.parametrize("field", sorted(row()))
def test_a_function_without_a_field_is_found(field: str) -> None:
    assert incomplete({"bad": {name: value for name, value in row().items() if name != field}}) == {"bad"}


def test_every_function_outlives_its_suppliers_call_and_ends_before_its_message_comes_again() -> None:
    assert impatient(read_table(), SUPPLIER_SECONDS) == set()


@pytest.mark.parametrize("seconds", [SUPPLIER_SECONDS, 591])
def test_a_function_with_a_time_out_too_short_or_too_long_is_found(seconds: int) -> None:
    assert impatient({"bad": row(timeout_seconds=seconds), "good": row(timeout_seconds=590)}, SUPPLIER_SECONDS) == {
        "bad"
    }


def test_a_claim_on_coupons_outlives_its_function() -> None:
    assert timedelta(seconds=read_table()["issue_coupons"]["timeout_seconds"]) < CLAIM


def test_a_claim_on_sms_outlives_the_group_of_calls_before_which_it_is_renewed() -> None:
    seconds, concurrency = CoreSettings.supplier_timeout_seconds, LekabSettings.lekab_concurrency
    refused_batch = 2 * seconds  # the batch and its status, and then each text by itself
    assert timedelta(seconds=refused_batch + math.ceil(AT_ONCE / concurrency) * seconds) < CLAIM


def test_every_function_gets_exactly_the_secrets_that_it_needs() -> None:
    assert wrong_secrets(read_table(), sources()) == {}


def test_a_secret_too_many_or_too_few_is_found() -> None:
    source = "app = start(settings.DatabaseSettings, settings.StripeSettings)"
    assert secrets_of(source) == {"TOKEN_KEY", "STRIPE_API_KEY"}  # DATABASE_PASSWORD is for development only
    files = {"http/poor": source, "http/rich": "app = start()"}
    table: Table = {"poor": row(), "rich": row(secrets=["TOKEN_KEY", "MANDRILL_KEY"])}
    assert wrong_secrets(table, files) == {"poor": {"STRIPE_API_KEY"}, "rich": {"MANDRILL_KEY"}}


def test_encrypting_is_not_deciphering_and_each_right_to_the_companies_keys_has_one_holder() -> None:
    rights = key_rights(read_table())
    assert {(right, name) for key, right, name in rights if key == "companies"} == {
        ("create", "activate_account"),
        ("encrypt", "encrypt_expired"),
        ("decrypt", "disclose"),
        ("list", "end_agreements"),
        ("disable", "end_agreements"),
        ("destroy", "end_agreements"),
    }


def test_who_may_use_the_shared_keys_is_who_needs_the_settings_for_it() -> None:
    rights, table, files = key_rights(read_table()), read_table(), sources()
    with_fingerprints = {name for name, row in table.items() if "FINGERPRINT_MASTER" in row["secrets"]}
    assert {name for key, _, name in rights if key == "fingerprints"} == with_fingerprints
    with_keys = {Path(place).name for place, source in files.items() if needs_key_service(source)}
    assert {name for _, _, name in rights} == with_keys


@pytest.mark.parametrize(
    ("group", "given"),
    [
        (AuditSettings, lambda row: row.get("audit_log", False)),
        (DatabaseSettings, lambda row: row.get("database", True)),
        (ErasureLogSettings, lambda row: "erasures" in row.get("buckets", {})),
        (SiteSettings, lambda row: "site" in row.get("buckets", {})),
    ],
)
def test_who_gets_a_right_is_who_needs_the_settings_for_it(group: type, given: Callable[[Row], bool]) -> None:
    needing = {Path(place).name for place, source in sources().items() if names_group(source, group)}
    assert needing == {name for name, row in read_table().items() if given(row)}


def test_a_function_may_add_to_the_erasure_log_and_only_a_restore_may_read_it() -> None:
    rights = [row["buckets"]["erasures"] for row in read_table().values() if "erasures" in row.get("buckets", {})]
    assert rights and all(given == ["create"] for given in rights)
    assert {name: row["buckets"] for name, row in read_jobs().items()} == {"restore": {"erasures": ["read"]}}


def test_a_restore_gets_exactly_what_it_needs() -> None:
    source = (ROOT / "shared/restore.py").read_text("utf-8")
    job = read_jobs()["restore"]
    assert set(job["secrets"]) == secrets_of(source)
    assert names_group(source, FingerprintSettings) and job["keys"] == {"fingerprints": ["decrypt"]}
    assert names_group(source, ErasureLogSettings)


def test_whoever_may_call_mailchimp_has_the_database_where_the_turns_for_it_are() -> None:
    with_key = {name for name, row in read_table().items() if "MAILCHIMP_KEY" in row["secrets"]}
    counted = {Path(place).name for place, source in sources().items() if "DatabaseSettings" in source}
    assert {"sync_mailchimp", "forms", "privacy_requests"} <= with_key <= counted


def test_the_table_leads_every_path_to_the_function_that_answers_it() -> None:
    assert misled(read_table(), sources()) == set()


def test_a_path_that_is_led_elsewhere_is_found() -> None:
    table: Table = {
        "sends": row(trigger={"routes": ["/v1/sends"]}),
        "one": row(trigger={"routes": ["/v1/sends/*"]}),
    }
    files = {"http/sends": '@api.route("GET", "/v1/sends/<send_id>")\ndef show(call): ...'}
    assert misled(table, files) == {"sends /v1/sends/<send_id>"}
    assert misled({"sends": table["sends"]}, files) == {"sends /v1/sends/<send_id>"}
    file = {"http/file": '@api.route("GET", "/v1/sends/<send_id>/report.csv")\ndef show(call): ...'}
    assert misled(table, file) == {"file /v1/sends/<send_id>/report.csv"}
    assert misled(table | {"file": row(trigger={"routes": ["/v1/sends/*/report.csv"]})}, file) == set()
