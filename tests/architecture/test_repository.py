"""What the repository holds: our own work, and nothing of the machine that it was written on."""

import re
import subprocess

import pytest

from tests.architecture.rules_source import ROOT

NOT_OURS = re.compile(
    r"copyright (?:\(c\)|©|\d)|spdx-license-identifier|licensed under the|all rights reserved|@license\b", re.IGNORECASE
)
MACHINE = re.compile(
    r"(?<![\w./$}<-])/(?:home|root|work|tmp|mnt|users)/\w"
    r"|(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com|net)\b|files\.pythonhosted|--index-url|\.library/",
    re.IGNORECASE,
)
FOREIGN_FOLDER = re.compile(r"(?:^|/)(?:vendor|vendored|third_party|node_modules|site-packages)/|\.min\.(?:js|css)$")
LONGEST_LINE = 500
"""Longer ones are minified or generated: nobody wrote them."""
ONE_HEADER = "web/hosting.json"
"""A page's policy is one header, and JSON has no way to write it in several lines."""


def tracked() -> list[str]:
    """Every file of the repository, those about to be added included."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - no input in it
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def foreign(name: str, text: str) -> list[str]:
    """What a file holds that is not ours, or that is true of one machine only."""
    found = [match[0] for pattern in (NOT_OURS, MACHINE) for match in pattern.finditer(text)]
    if FOREIGN_FOLDER.search(name):
        found.append("the folder or file is another project's")
    is_written = name != ONE_HEADER and not name.endswith(".png")
    if is_written and any(len(line) > LONGEST_LINE for line in text.splitlines()):
        found.append(f"a line is longer than {LONGEST_LINE} characters")
    return found


def test_no_file_holds_anothers_code_a_registry_or_a_path_of_the_machine() -> None:
    texts = {name: (ROOT / name).read_text("utf-8", errors="replace") for name in tracked()}
    texts.pop("tests/architecture/test_repository.py")  # the examples below
    assert len(texts) > 100
    assert {name: found for name, text in texts.items() if (found := foreign(name, text))} == {}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("shared/left_pad.py", "# Copyright (c) 2016 Somebody Else"),
        ("web/jquery.min.js", ""),
        ("shared/vendor/cron.py", ""),
        ("web/app.js", "x" * 501),
        ("Makefile", "pip install --index-url https://mirror.example"),
        (".ci/run", "curl https://registry.npmjs.org/cron"),
        ("sandbox/install.sh", "echo deb http://deb.debian.org/debian bookworm main"),
        ("README.md", "cd /home/anna/upup"),
        ("tests/conftest.py", 'Path("/tmp/mariadb")'),
    ],
)
def test_what_is_not_ours_or_not_everywhere_is_found(name: str, text: str) -> None:
    assert foreign(name, text) != []


@pytest.mark.parametrize("text", ["/v1/gift/*", "xl/workbook.xml", "functions/http/sends.py", "set up at home/work"])
def test_a_route_or_a_path_within_the_project_is_ours(text: str) -> None:
    assert foreign("README.md", text) == []
