"""Whatever the API's description allows, and much that it does not, is answered as the description says: never a 5xx.

Every phase runs: examples, the edges of each schema (the most of it, and the same each time), a few drawn at random,
and sequences that use what earlier answers gave. schemathesis.toml says what is left out.
"""

import os
import subprocess
import sys
from pathlib import Path

from sandbox.running import Addresses
from tests.functions.program import Program, a_company

CONFIG = Path(__file__).with_name("schemathesis.toml")
STAFF = "staff@upup.example"


def schemathesis(company: Program, folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("schemathesis")
    credentials = {
        "UPUP_SESSION": company.session.cookies["session"],
        "UPUP_STAFF": company.console("/api/staff/token", {"email": STAFF})["value"],
    }
    return subprocess.run(  # noqa: S603 - our own program and addresses
        [program, "--config-file", CONFIG, "run", f"{company.at.web}/v1/openapi.json"],
        cwd=folder,  # it leaves a cache where it runs
        env=os.environ | credentials,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_answer_is_one_that_the_description_promises(upup: Addresses, tmp_path: Path) -> None:
    run = schemathesis(a_company(upup, balance_ore=1_000_000), tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert all(f"✅ {phase}" in run.stdout for phase in ("Examples", "Coverage", "Fuzzing", "Stateful")), run.stdout
