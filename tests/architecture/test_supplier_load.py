"""What infra/functions.yaml says at its head of suppliers: how many calls reach them at once, and each is awaited."""

import pytest

from shared.settings import CoreSettings, LekabSettings
from shared.use_cases.gifts.settle_gifts import CALLS_AT_ONCE
from tests.architecture.rules_functions import Table, read_table

LEKABS, CLEARONS = 224, 89


@pytest.fixture(scope="module")
def table() -> Table:
    return read_table()


def callers(table: Table, secret: str) -> Table:
    return {name: row for name, row in table.items() if secret in row["secrets"]}


def test_of_all_functions_together_no_more_calls_reach_lekab_at_once_than_are_named(table: Table) -> None:
    instances = sum(row["max_instances"] for row in callers(table, "LEKAB_USERNAME").values())
    assert instances * LekabSettings.lekab_concurrency == LEKABS


def test_of_all_functions_together_no_more_calls_reach_clearon_at_once_than_are_named(table: Table) -> None:
    at_once = {
        name: row["max_instances"] * row["concurrency"] for name, row in callers(table, "CLEARON_API_KEY").items()
    }
    assert sum(at_once.values()) - at_once["expire_gifts"] + CALLS_AT_ONCE == CLEARONS


def test_handing_over_keeps_lekabs_rate_while_a_call_takes_half_a_second(table: Table) -> None:
    at_once = table["send_sms"]["max_instances"] * LekabSettings.lekab_concurrency
    assert at_once >= LekabSettings.lekab_per_second / 2


def test_whoever_asks_a_supplier_or_google_outlives_a_call_that_hangs(table: Table) -> None:
    asking = {
        name: row["timeout_seconds"]
        for name, row in table.items()
        if set(row["secrets"]) > {"TOKEN_KEY"} or "keys" in row or "buckets" in row
    }
    assert "lekab_callback" in asking  # which asks the key service alone
    assert min(asking.values()) > CoreSettings.supplier_timeout_seconds
