"""The proof finds what is left when a single measure is switched off, on a copy of the product."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.machine import CHECKOUT
from sandbox.mariadb import TEMPLATE

PATIENCE_SECONDS = 120
BEING_WRITTEN = shutil.ignore_patterns("*.pyc.*")  # compiled modules go along: what is unchanged need not be again
NEEDED = ("sandbox", "shared", "tests/factories.py", "tests/database/pipeline.py", "tests/privacy/proof.py")

Bug = tuple[tuple[str, str, str], ...]
"""File, what stands there, what stands there instead."""

MEASURES: dict[str, tuple[Bug, str]] = {
    "the binary log holds only what changes": (
        (("sandbox/mariadb.py", '"--binlog-row-image=MINIMAL"', '"--binlog-row-image=FULL"'),),
        "after 31 days the number",
    ),
    "the number is emptied": (
        (("shared/database/queries/deliveries.py", " d.phone = NULL,", ""),),
        "after 31 days the number",
    ),
    "the pointer to the coupon is emptied": (
        (("shared/database/queries/deliveries.py", " d.coupon_id = NULL,", ""),),
        "after 31 days deliveries.coupon_id meets coupons.id",
    ),
    "the send forgets its gift": (
        (("shared/database/queries/sends.py", "SET gift_code = NULL, hold_id = NULL,", "SET hold_id = NULL,"),),
        "after 31 days sends.gift_code meets coupons.gift_code",
    ),
    "texts and names are sealed": (
        (
            (
                "shared/privacy/sealing.py",
                "return nonce + self._aead.encrypt(nonce, data, place.encode())",
                "return data",
            ),
            (
                "shared/privacy/sealing.py",
                "return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())",
                "return sealed",
            ),
        ),
        "after the hand-over the name Zyxhild",
    ),
    "names are forgotten at the hand-over": (
        (
            (
                "shared/database/queries/claims.py",
                "IF(j.state IN ('sent', 'failed'), NULL, d.sealed_values)",
                "d.sealed_values",
            ),
            (
                "shared/database/queries/sends.py",
                "UPDATE deliveries SET sealed_values = NULL",
                "UPDATE deliveries SET reason = reason",
            ),
        ),
        "after the hand-over 5 sealed_values are left in deliveries",
    ),
    "the text is forgotten when the send is done": (
        (
            (
                "shared/database/queries/sends.py",
                "UPDATE sends SET sealed_text = NULL",
                "UPDATE sends SET state = state",
            ),
        ),
        "after the hand-over 1 sealed_text are left in sends",
    ),
    "codes are forgotten at the hand-over": (
        (
            (
                "shared/database/queries/sends.py",
                "d.coupon_id = c.id SET c.sealed_code = NULL",
                "d.coupon_id = c.id SET c.state = c.state",
            ),
            (
                "shared/database/queries/coupons.py",
                '"UPDATE coupons SET sealed_code = NULL WHERE',
                '"UPDATE coupons SET state = state WHERE',
            ),
        ),
        "after the hand-over 5 sealed_code are left in coupons",
    ),
    "logs say where an error was and not what it said": (
        (("shared/privacy/redaction.py", "    frames = traceback", "    return str(error)\n    frames = traceback"),),
        "after 31 days the number",
    ),
}


def found(checkout: Path) -> list[str]:
    command = [sys.executable, "-m", "tests.privacy.short_run", str(TEMPLATE)]
    done = subprocess.run(  # noqa: S603
        command, cwd=checkout, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The checkout, to switch something off in."""
    for name in (*NEEDED, "tests/privacy/short_run.py"):
        source, target = CHECKOUT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=BEING_WRITTEN)
        else:
            shutil.copy(source, target)
    return tmp_path


def test_with_every_measure_in_place_nothing_is_found() -> None:
    assert found(CHECKOUT) == []


@pytest.mark.parametrize("measure", MEASURES)
def test_without_one_measure_the_proof_fails(copy: Path, measure: str) -> None:
    bug, finding = MEASURES[measure]
    for name, there, instead in bug:
        text = (copy / name).read_text("utf-8")
        assert text.count(there) == 1, there
        (copy / name).write_text(text.replace(there, instead), "utf-8")
    assert [one for one in found(copy) if one.startswith(finding)], measure
