"""The soak holds for the product as it is, and does not hold for one with a bug put in on purpose."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.machine import CHECKOUT

PATIENCE_SECONDS = 180
SEED = 1
BEING_WRITTEN = shutil.ignore_patterns("*.pyc.*")  # compiled modules go along: what is unchanged need not be again

# Two workers that hold one row: neither asks whether another has it, nor whether its call has begun.
NO_CLAIM = (
    (
        "shared/database/queries/claims.py",
        "AND state = 'issued' AND phone IS NOT NULL AND (claimed_until IS NULL OR claimed_until < %s)",
        "AND state IN ('issued', 'sending') AND phone IS NOT NULL AND (TRUE OR %s)",
    ),
    (
        "shared/database/queries/claims.py",
        "AND d.claimed_by = %s AND d.state = 'issued' ORDER BY",
        "AND d.claimed_by = %s AND d.state IN ('issued', 'sending') ORDER BY",
    ),
    (
        "shared/database/queries/claims.py",
        "    return set(positions if begun == waiting else being_sent(tx, chunk, claim.owner, positions))\n",
        "    return set(positions)\n",
    ),
)
# An Idempotency-Key that two requests can have.
NO_UNIQUE_KEY = (
    (
        "shared/database/migrations/0001_foundation.sql",
        "    PRIMARY KEY (company_id, operation, key_hmac),\n",
        "    KEY (company_id, operation, key_hmac),\n",
    ),
)
# A message that is published only by the process that wrote it, or not at all.
NO_OUTBOX = (
    (
        "shared/database/queries/outbox.py",
        "FROM outbox WHERE created_at < %s ORDER BY",
        "FROM outbox WHERE created_at < %s AND FALSE ORDER BY",
    ),
)


def soak(checkout: Path, sends: int, seconds: int, faults: str = "") -> subprocess.CompletedProcess[str]:
    options = ["--sends", str(sends), "--seconds", str(seconds), "--seed", str(SEED), "--faults", faults]
    command = [sys.executable, "-m", "sandbox", "soak", *options]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)  # noqa: S603


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The checkout, to put a bug into."""
    for folder in ("functions", "infra", "sandbox", "shared", "web"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder, ignore=BEING_WRITTEN)
    shutil.copy(CHECKOUT / "main.py", tmp_path)
    return tmp_path


def test_nothing_is_lost_doubled_or_stuck_under_faults_kills_and_a_restart_of_the_database() -> None:
    done = soak(CHECKOUT, sends=6, seconds=16)
    assert done.returncode == 0, done.stdout + done.stderr
    figures = dict(line.split(maxsplit=1) for line in done.stdout.splitlines() if len(line.split()) > 1)
    assert "1 down" in figures["database"]
    assert not figures["kills"].startswith("0")


def test_a_fault_that_does_not_exist_is_refused_with_those_that_do() -> None:
    done = soak(CHECKOUT, sends=1, seconds=1, faults="lekab:slow,lekab:late")
    assert done.returncode == 2
    assert "no such fault: lekab:late; there are " in done.stderr
    assert "lekab:duplicate" in done.stderr


@pytest.mark.parametrize(
    ("bug", "reason", "faults"),
    [
        # Each message comes again within a second, while its first worker still waits for Lekab.
        pytest.param(NO_CLAIM, "numbers got several SMS", "pubsub:duplicate,lekab:slow", id="a claim"),
        # One request at least is posted twice at the same moment, and neither is done at once.
        pytest.param(NO_UNIQUE_KEY, "sends more than were accepted", "database:slow", id="a unique key"),
        # Nothing can be published by the request that wrote it.
        pytest.param(NO_OUTBOX, "messages wait in the outbox", "pubsub:down", id="the outbox"),
    ],
)
def test_the_soak_finds_what_is_missing(
    copy: Path, bug: tuple[tuple[str, str, str], ...], reason: str, faults: str
) -> None:
    for name, there, instead in bug:
        text = (copy / name).read_text("utf-8")
        assert text.count(there) == 1, there
        (copy / name).write_text(text.replace(there, instead), "utf-8")
    done = soak(copy, sends=12, seconds=8, faults=faults)
    assert done.returncode == 1, done.stdout + done.stderr
    assert reason in done.stdout + done.stderr, done.stdout + done.stderr
    assert f"SENDS=12 SECONDS=8 SEED={SEED} FAULTS=" in done.stderr
