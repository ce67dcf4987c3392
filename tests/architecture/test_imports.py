"""The directions of import: import-linter's contracts are kept, and each can be broken."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.rules_source import ROOT

CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]
LAYERS, USE_CASES, ENTRY_POINTS, PROVIDERS, SANDBOX, DOMAIN = (contract["name"] for contract in CONTRACTS)
OURS = ("functions", "shared", "sandbox")

# An import that breaks each contract, written into a package that is otherwise empty.
BREAKING = [
    (LAYERS, "shared.domain", "shared.ports"),
    (LAYERS, "shared.providers.lekab", "shared.use_cases"),
    (LAYERS, "shared.use_cases", "shared.http"),
    (LAYERS, "shared.database", "shared.privacy"),
    (LAYERS, "shared.app", "functions"),
    (USE_CASES, "shared.use_cases", "shared.providers"),
    (USE_CASES, "shared.use_cases", "shared.database.connection"),
    (USE_CASES, "shared.use_cases", "requests"),
    (ENTRY_POINTS, "functions", "shared.database.queries"),
    (PROVIDERS, "shared.providers.lekab", "shared.providers.stripe"),
    (SANDBOX, "functions", "sandbox"),
    (SANDBOX, "shared.ports", "sandbox"),
    (DOMAIN, "shared.domain", "pymysql"),
    (DOMAIN, "shared.domain", "pathlib"),
]


def broken(folder: Path) -> set[str]:
    """The contracts that import-linter reports as broken in the packages of a folder."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    run = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program, "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    words = re.sub(r"\s+", " ", run.stdout)  # names are wrapped
    judged = {name: re.search(rf"{re.escape(name)} (KEPT|BROKEN)", words) for name in (c["name"] for c in CONTRACTS)}
    assert all(judged.values()), run.stdout + run.stderr
    found = {name for name, word in judged.items() if word and word[1] == "BROKEN"}
    assert run.returncode == (1 if found else 0)
    return found


def write_packages(folder: Path) -> None:
    """Every module that a contract names, empty."""
    named = re.findall(rf"\b(?:{'|'.join(OURS)})(?:\.\w+)*", str(CONTRACTS))
    for name in named:
        package = folder / name.replace(".", "/")
        package.mkdir(parents=True, exist_ok=True)
        for place in [package, *package.parents[: name.count(".")]]:
            (place / "__init__.py").touch()


def test_the_project_keeps_every_contract() -> None:
    assert broken(ROOT) == set()


def test_every_contract_has_an_example_that_breaks_it() -> None:
    assert {contract for contract, _, _ in BREAKING} == {contract["name"] for contract in CONTRACTS}


def test_empty_packages_keep_every_contract(tmp_path: Path) -> None:
    write_packages(tmp_path)
    assert broken(tmp_path) == set()


@pytest.mark.parametrize(("contract", "module", "imported"), BREAKING)
def test_an_import_in_the_wrong_direction_breaks_its_contract(
    tmp_path: Path, contract: str, module: str, imported: str
) -> None:
    write_packages(tmp_path)
    (tmp_path / module.replace(".", "/") / "__init__.py").write_text(f"import {imported}\n", "utf-8")
    assert contract in broken(tmp_path)
