"""What a function has loaded when it has given its first answer: no client that its row in the table gives it no use
for. Before its first request it has none at all (tests/architecture/test_cold_start.py)."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import functions_table
from sandbox.bench.first_requests import Asker
from sandbox.mariadb import Access
from sandbox.settings import environment
from shared.database.grants import user_of
from shared.settings import secrets_in_production
from tests.architecture.rules_functions import read_table
from tests.architecture.rules_source import ROOT
from tests.functions.insider import Insider
from tests.functions.program import PHONES, Program

Row = dict[str, Any]


def _secret(name: str) -> Callable[[Row], bool]:
    return lambda row: name in row["secrets"]


def _has(field: str) -> Callable[[Row], bool]:
    return lambda row: bool(row.get(field))


def _asks_a_supplier(row: Row) -> bool:
    asks = any(row.get(field) for field in ("buckets", "audit_log", "staff", "publishes"))  # Pub/Sub's client loads it
    return asks or bool(set(row["secrets"]) & SUPPLIERS)


SUPPLIERS = {"LEKAB_USERNAME", "CLEARON_API_KEY", "MANDRILL_KEY", "MAILCHIMP_KEY", "HUBSPOT_TOKEN", "STRIPE_API_KEY"}
CLIENTS: dict[str, Callable[[Row], bool]] = {
    "google.cloud.kms_v1": _has("keys"),
    "google.pubsub_v1": _has("publishes"),
    "google.cloud.sql": lambda row: False,  # the sandbox reaches its database directly
    "google.auth": lambda row: bool(row.get("staff") or row.get("keys") or row.get("publishes")),
    "grpc": lambda row: bool(row.get("keys") or row.get("publishes")),
    "opentelemetry": _has("publishes"),  # nobody asked for spans, but Pub/Sub's client loads some of it
    "pymysql": lambda row: row.get("database", True),
    "requests": _asks_a_supplier,
    "shared.http.openapi": lambda row: False,
    "shared.messaging.publisher": _has("publishes"),
    "shared.providers.clearon": _secret("CLEARON_API_KEY"),
    "shared.providers.cloud_logging": _has("audit_log"),
    "shared.providers.cloud_storage": _has("buckets"),
    "shared.providers.hubspot": _secret("HUBSPOT_TOKEN"),
    "shared.providers.kms": _has("keys"),
    "shared.providers.lekab": _secret("LEKAB_USERNAME"),
    "shared.providers.mailchimp": _secret("MAILCHIMP_KEY"),
    "shared.providers.mandrill": _secret("MANDRILL_KEY"),
    "shared.providers.stripe": _secret("STRIPE_API_KEY"),
    "stripe": _secret("STRIPE_API_KEY"),
}
"""Each client, and what of a function's row says that the function may have use for it."""

# Each function in a process of its own, forked from one that has what is no client: a start takes a tenth so.
PROGRAM = """
import json, os, sys
from functions_framework import create_app
import flask, msgspec, pydantic
main, clients = sys.argv[1], sys.argv[2].split()
for name, kind, first, settings, needs_database in json.load(sys.stdin):
    if needs_database:
        import pymysql, cryptography, shared.http.endpoint, shared.http.bodies.common
    if os.fork():
        os.wait()
        continue
    os.environ.clear()
    os.environ.update(settings)
    answer = create_app(name, main, kind).test_client(use_cookies=False).open(**first)
    loaded = [module for module in clients if module in sys.modules]
    print(json.dumps({"function": name, "status": answer.status_code, "loaded": loaded}), flush=True)
    os._exit(0)
"""
KINDS = {"http": "http", "pubsub": "cloudevent", "schedule": "http"}


def needless(row: Row, loaded: list[str]) -> set[str]:
    """The clients among these that a function with such a row has no use for."""
    return {client for client in loaded if not CLIENTS[client](row)}


@pytest.fixture(scope="module")
def answered(company: Program, insider: Insider) -> dict[str, Row]:
    """By function what its first answer was, and the clients that were loaded then."""
    run = insider.run
    send = company.delivered(company.send(PHONES[0]))
    cookie = "; ".join(f"{one.name}={one.value}" for one in company.session.cookies)
    staff = company.console("/api/staff/token", {"email": "staff@upup.example"})["value"]
    asker = Asker(run, cookie, staff, send["id"])
    master = json.loads(run.stand_ins_file.read_text("utf-8"))["fingerprint_master"]
    whole = environment(run, Access.load(run.database_file), master) | {"PYTHONPATH": str(ROOT)}
    without = [name for name, row in read_table().items() if not row.get("database", True)]
    asked = []
    for one in sorted(functions_table.read(run.functions_table), key=lambda one: one.name not in without):
        withheld = secrets_in_production() - set(one.secrets)
        itself = {"FUNCTION_TARGET": one.name, "SANDBOX_CALLER": one.name, "DATABASE_USER": user_of(one.name)}
        settings = {name: value for name, value in whole.items() if name not in withheld} | itself
        first = asker.request(one)
        request = {"path": first.path, "method": first.method, "headers": first.headers, "data": first.body.decode()}
        asked.append((one.name, KINDS[one.kind], request, settings, one.name not in without))
    command = [sys.executable, "-c", PROGRAM, str(ROOT / "main.py"), " ".join(CLIENTS)]
    told = subprocess.run(  # noqa: S603 - our own interpreter and files
        command, input=json.dumps(asked), env=whole, cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = (json.loads(line) for line in told.stdout.splitlines() if line.startswith('{"function"'))
    return {one["function"]: one for one in found}


def test_each_function_gives_its_first_answer(answered: dict[str, Row]) -> None:
    assert answered.keys() == read_table().keys()
    assert {name: one["status"] for name, one in answered.items() if one["status"] >= 500} == {}


def test_at_its_first_answer_no_function_has_loaded_a_client_that_it_does_not_use(answered: dict[str, Row]) -> None:
    table = read_table()
    found = {name: needless(table[name], one["loaded"]) for name, one in answered.items()}
    assert {name: clients for name, clients in found.items() if clients} == {}


def test_a_client_that_is_needed_is_seen(answered: dict[str, Row]) -> None:
    assert {"requests", "shared.providers.cloud_storage"} <= set(answered["pages"]["loaded"])
    assert {"grpc", "google.pubsub_v1"} <= set(answered["sync_contacts"]["loaded"])


def test_a_client_without_a_use_is_named() -> None:
    row = {"secrets": ["TOKEN_KEY"], "publishes": ["coupons-wanted"]}
    assert needless(row, ["stripe", "grpc", "google.cloud.kms_v1", "pymysql"]) == {"stripe", "google.cloud.kms_v1"}
