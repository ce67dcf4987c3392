"""A function that starts loads what its own path needs: a client of 100 ms or more waits for its first use."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.architecture.rules_functions import sources
from tests.architecture.rules_settings import PRODUCTION
from tests.architecture.rules_source import ROOT

HEAVY = (
    "google.cloud.pubsub_v1",
    "google.cloud.kms_v1",
    "google.cloud.sql",
    "grpc",
    "stripe",
    "phonenumbers",
    "stdnum",
    "email_validator",
    "python_calamine",
    "shared.http.openapi",  # what is served is the file that was made with it
)
# Start the deployed module as functions-framework does, then tell which of the modules are loaded.
PROGRAM = "import sys, runpy; runpy.run_path(sys.argv[1]); print(*(m for m in sys.argv[2:] if m in sys.modules))"
# The same for each of many functions: a child each, of a process that has loaded what every one of them may.
PROGRAMS = """
import os, runpy, sys
import flask, functions_framework, pydantic
main, heavy, *functions = sys.argv[1:]
assert not [module for module in heavy.split() if module in sys.modules]
for function in functions:
    child = os.fork()
    if child == 0:
        os.environ["FUNCTION_TARGET"] = function
        runpy.run_path(main)
        print(function, *(module for module in heavy.split() if module in sys.modules), flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        sys.exit(function)
"""


def loaded(functions: list[str]) -> dict[str, list[str]]:
    """By function the heavy modules that its process has loaded once it can be called."""
    run = subprocess.run(  # noqa: S603 - our own interpreter and files
        [sys.executable, "-c", PROGRAMS, str(ROOT / "main.py"), " ".join(HEAVY), *functions],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)} | PRODUCTION,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: modules for name, *modules in map(str.split, run.stdout.splitlines())}


@pytest.fixture(scope="module")
def loaded_by() -> dict[str, list[str]]:
    names = sorted(place.partition("/")[2] for place in sources())
    with ThreadPoolExecutor(2) as starts:
        found = [*starts.map(loaded, (names[::2], names[1::2]))]
    assert found[0].keys() | found[1].keys() == set(names)
    return found[0] | found[1]


def test_no_function_loads_a_client_before_its_first_use(loaded_by: dict[str, list[str]]) -> None:
    assert {name: modules for name, modules in loaded_by.items() if modules} == {}


def test_a_module_that_is_loaded_at_the_start_is_seen() -> None:
    program = f"import stripe, phonenumbers; {PROGRAM}"
    command = [sys.executable, "-c", program, str(ROOT / "shared/clock.py"), *HEAVY]
    run = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own interpreter
    assert {"stripe", "phonenumbers"} <= set(run.stdout.split())
