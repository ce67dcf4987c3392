"""The soak holds for the product as it is, and does not hold for one with a bug put in on purpose."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.machine import CHECKOUT

SECONDS = 90
DELIVERIES = "shared/database/queries/deliveries.py"

# Two workers that hold one row: neither asks whether another has it, nor whether its call has begun.
WITHOUT_CLAIMS = [
    ("AND state = 'issued' AND phone IS NOT NULL AND (claimed_until IS NULL OR claimed_until < %s)",
     "AND state IN ('issued', 'sending') AND phone IS NOT NULL AND (TRUE OR %s)"),
    ("AND d.claimed_by = %s AND d.state = 'issued' ORDER BY",
     "AND d.claimed_by = %s AND d.state IN ('issued', 'sending') ORDER BY"),
    ("    return being_sent(tx, chunk, claim.owner, positions)\n", "    return set(positions)\n"),
]  # fmt: skip


def soak(checkout: Path, sends: int, seconds: int, seed: int) -> subprocess.CompletedProcess[str]:
    options = ["--sends", str(sends), "--seconds", str(seconds), "--seed", str(seed)]
    command = [sys.executable, "-m", "sandbox", "soak", *options]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The checkout, to put a bug into."""
    for folder in ("functions", "infra", "sandbox", "shared", "web"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "main.py", tmp_path)
    return tmp_path


def test_nothing_is_lost_doubled_or_stuck_under_faults_kills_and_a_restart_of_the_database() -> None:
    done = soak(CHECKOUT, sends=6, seconds=20, seed=1)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "money off by     0 öre" in done.stdout
    assert "database down" in done.stdout


def test_the_soak_finds_what_workers_without_claims_do(copy: Path) -> None:
    file = copy / DELIVERIES
    text = file.read_text("utf-8")
    for there, instead in WITHOUT_CLAIMS:
        assert text.count(there) == 1, there
        text = text.replace(there, instead)
    file.write_text(text, "utf-8")
    done = soak(copy, sends=8, seconds=16, seed=7)
    assert done.returncode == 1, done.stdout
    assert "numbers got several SMS" in done.stdout, done.stdout + done.stderr
    assert "SEED=7" in done.stderr
