"""`make package`: one archive, the same bytes everywhere, and all that a function needs."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.release.package import FILES, FOLDERS, Archive, files, package
from infra.release.starts import NotWhole, answered, starts
from tests.architecture.rules_source import ROOT
from tests.release.installed import link_into

TABLE = ROOT / "infra/functions.yaml"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return package(ROOT, tmp_path_factory.mktemp("build"))


@pytest.fixture(scope="module")
def pinned(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A Python that sees what requirements.txt pins, and no other package."""
    folder = tmp_path_factory.mktemp("pinned")
    link_into(folder, (ROOT / "requirements.txt").read_text("utf-8"))
    return ["/usr/bin/env", f"PYTHONPATH={folder}", sys.executable, "-S"]


def test_the_archive_is_the_same_bytes_from_another_folder_with_other_times_and_modes(
    archive: Archive, tmp_path: Path
) -> None:
    copy = tmp_path / "a checkout"
    for name in files(ROOT):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
        os.utime(copy / name, (1_000_000_000, 1_000_000_000))
        (copy / name).chmod(0o600)
    (copy / "shared/__pycache__").mkdir()
    (copy / "shared/__pycache__/app.cpython-311.pyc").write_bytes(b"compiled")
    before = os.umask(0o077)
    try:
        again = package(copy, tmp_path / "build")
    finally:
        os.umask(before)
    assert (again.sha256, again.object) == (archive.sha256, archive.object)
    assert again.path.read_bytes() == archive.path.read_bytes()


def test_one_changed_byte_gives_another_name(archive: Archive, tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    for name in files(ROOT):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((ROOT / name).read_bytes() + (b"\n" if name == "main.py" else b""))
    assert package(copy, tmp_path / "build").object != archive.object


def test_the_archive_holds_what_the_repository_has_of_the_deployed_code_and_nothing_else(archive: Archive) -> None:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *FILES, *FOLDERS]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - no input in it
    ours = {name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()}
    with zipfile.ZipFile(archive.path) as opened:
        entries = opened.infolist()
    assert {entry.filename for entry in entries} == ours
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}


def test_every_function_starts_from_the_archive_with_the_pinned_packages_alone_and_meets_an_absent_database(
    archive: Archive, pinned: list[str]
) -> None:
    answers = starts(archive.path, TABLE, pinned, {})
    assert len(answers) > 90
    assert all(answered("http", said) for name, said in answers.items() if name in ("catalogue", "sends", "disclose"))


def test_an_archive_without_a_module_a_package_or_a_setting_is_not_whole(
    archive: Archive, pinned: list[str], tmp_path: Path
) -> None:
    lacking = tmp_path / "lacking.zip"
    with zipfile.ZipFile(archive.path) as whole, zipfile.ZipFile(lacking, "w") as part:
        for entry in whole.infolist():
            text = whole.read(entry)
            if entry.filename == "functions/http/catalogue.py":
                text += b"\nimport openpyxl\n"  # ours, and not what is deployed
            if entry.filename != "shared/use_cases/messages/relay_outbox.py":
                part.writestr(entry, text)
    table = tmp_path / "functions.yaml"
    table.write_text(
        "functions: {catalogue: {trigger: {routes: [/v1/plans]}}, relay_outbox: {trigger: {schedule: x}},"
        " openapi: {trigger: {routes: [/v1/openapi.json]}}}"
    )
    with pytest.raises(NotWhole) as refused:
        starts(lacking, table, pinned, {"TOKEN_KEY": ""})
    assert "no module openpyxl" in str(refused.value)
    assert "cannot import name 'relay_outbox'" in str(refused.value)
    assert "TOKEN_KEY is missing" in str(refused.value)
