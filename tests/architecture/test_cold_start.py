"""A function that starts loads what its own path needs: a client of 100 ms or more waits for its first use."""

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from tests.architecture.rules_functions import sources
from tests.architecture.rules_settings import PRODUCTION
from tests.architecture.rules_source import ROOT

HEAVY = (
    "google.pubsub_v1",
    "google.cloud.kms_v1",
    "google.cloud.sql",
    "grpc",
    "requests",
    "urllib3",
    "asyncio",  # with gunicorn's control socket, which main.py turns off
    "opentelemetry",
    "stripe",
    "phonenumbers",
    "stdnum",
    "email_validator",
    "python_calamine",
    "shared.http.openapi",  # what is served is the file that was made with it
)
WITHOUT_BODIES = {
    *(
        "cancel_gift",
        "catalogue",
        "clearon_callback",
        "gift_page",
        "invitations",
        "ledger",
        "lekab_callback",
        "mailing",
    ),
    *("openapi", "pages", "plan_pages", "privacy_notice", "privacy_request", "second_factor", "send_progress"),
    *("send_report", "sessions", "staff_agreements", "staff_dead_letters", "staff_inbox", "staff_pages"),
    *("staff_reconciliation", "statements", "statistics", "stripe_webhook", "webhook_messages"),
}
"""Functions of HTTP that take no JSON, or seldom: they load its models with the first. Jobs and messages have none."""
# Start the deployed module as functions-framework does, then tell which of the modules are loaded.
PROGRAM = "import sys, runpy; runpy.run_path(sys.argv[1]); print(*(m for m in sys.argv[2:] if m in sys.modules))"
# The same for many functions, one after the other: what one of them has loaded is there for the rest as well.
PROGRAMS = """
import os, runpy, sys
main, heavy, *functions = sys.argv[1:]
for function in functions:
    os.environ["FUNCTION_TARGET"] = function
    runpy.run_path(main)
    print(function, *(module for module in heavy.split() if module in sys.modules))
"""


def loaded(functions: list[str], heavy: Sequence[str] = HEAVY) -> dict[str, list[str]]:
    """By function those of the modules that the process has loaded once it can be called."""
    run = subprocess.run(  # noqa: S603 - our own interpreter and files
        [sys.executable, "-c", PROGRAMS, str(ROOT / "main.py"), " ".join(heavy), *functions],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | PRODUCTION,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: modules for name, *modules in map(str.split, run.stdout.splitlines())}


@pytest.fixture(scope="module")
def loaded_by() -> dict[str, list[str]]:
    """Each function's own, in a process of its own where those before it may have been the ones."""
    found = loaded(sorted(place.partition("/")[2] for place in sources()))
    assert len(found) == len(sources())
    return {name: loaded([name])[name] if modules else [] for name, modules in found.items()}


def test_no_function_loads_a_client_before_its_first_use(loaded_by: dict[str, list[str]]) -> None:
    assert {name: modules for name, modules in loaded_by.items() if modules} == {}


def test_pages_start_without_what_only_calls_need() -> None:
    needless = ("pymysql", "pydantic", "shared.database", "shared.http.endpoint", "cryptography", "requests")
    assert loaded(["pages", "staff_pages"], needless) == {"pages": [], "staff_pages": []}


def test_functions_that_read_no_body_start_without_its_models() -> None:
    silent = {place.partition("/")[2] for place in sources() if not place.startswith("http/")} | WITHOUT_BODIES
    assert {name: modules for name, modules in loaded(sorted(silent), ["pydantic"]).items() if modules} == {}


def test_a_function_serves_without_a_control_socket_and_collects_garbage_again() -> None:
    asked = "Config().control_socket_disable, gc.isenabled(), gc.get_freeze_count() > 0"
    program = f"import gc, runpy, sys; runpy.run_path(sys.argv[1]); from gunicorn.config import Config; print({asked})"
    run = subprocess.run(  # noqa: S603 - our own interpreter and files
        [sys.executable, "-c", program, str(ROOT / "main.py")],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "FUNCTION_TARGET": "relay_outbox"} | PRODUCTION,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["True", "True", "True"]


def test_a_module_that_is_loaded_at_the_start_is_seen() -> None:
    program = f"import stripe, phonenumbers; {PROGRAM}"
    command = [sys.executable, "-c", program, str(ROOT / "shared/clock.py"), *HEAVY]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert {"stripe", "phonenumbers"} <= set(run.stdout.split())
