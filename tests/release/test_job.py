"""The job of a deployment: the archive alone, with its pinned packages, migrates a database once."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from infra.release.package import package
from sandbox.mariadb import MariaDb
from tests.architecture.rules_source import ROOT
from tests.release.installed import link_into


@pytest.fixture
def job(tmp_path: Path) -> Iterator[tuple[list[str], dict[str, str]]]:
    """The image's entry point and its environment, for an empty database."""
    link_into(tmp_path / "pinned", (ROOT / "requirements.txt").read_text("utf-8"))
    with zipfile.ZipFile(package(ROOT, tmp_path).path) as archive:
        archive.extractall(tmp_path / "app")
    with MariaDb(tmp_path / "server") as server:
        server.create_database("upup")
        yield [sys.executable, "-S", "-m"], _environment(tmp_path, server)


def _environment(folder: Path, server: MariaDb) -> dict[str, str]:
    return {
        "PYTHONPATH": f"{folder / 'app'}:{folder / 'pinned'}",
        "ENVIRONMENT": "development",
        "DATABASE_NAME": "upup",
        "DATABASE_USER": server.user,
        "DATABASE_ADDRESS": server.address,
        "DATABASE_PASSWORD": server.password,
    }


def test_two_jobs_at_once_and_one_after_them_migrate_once(
    job: tuple[list[str], dict[str, str]], tmp_path: Path
) -> None:
    program, environment = job

    def start() -> "subprocess.Popen[str]":
        command = [*program, "shared.database.migrate"]
        return subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603

    said = []
    for runs in ([start(), start()], [start()]):
        said += [run.communicate(timeout=120)[0] for run in runs]
        assert [run.returncode for run in runs] == [0] * len(runs)
    migrations = sorted(file.name for file in (ROOT / "shared/database/migrations").glob("*.sql"))
    nothing = "applied: nothing, all was there\n"
    assert sorted(said) == sorted([f"applied: {', '.join(migrations)}\n", nothing, nothing])


def test_a_job_that_cannot_reach_its_database_fails(job: tuple[list[str], dict[str, str]], tmp_path: Path) -> None:
    program, environment = job
    command = [*program, "shared.database.migrate"]
    away = environment | {"DATABASE_ADDRESS": "127.0.0.1:9"}
    run = subprocess.run(command, cwd=tmp_path, env=away, capture_output=True, text=True, check=False)  # noqa: S603
    assert run.returncode != 0
    assert "Can't connect" in run.stderr


def test_the_image_is_built_of_the_archive_and_runs_the_module_that_it_is_given() -> None:
    lines = (ROOT / "infra/release/job/Dockerfile").read_text("utf-8").splitlines()
    assert 'ENTRYPOINT ["python", "-m"]' in lines
    assert "USER nobody" in lines
    build = yaml.safe_load((ROOT / "infra/release/job/cloudbuild.yaml").read_text("utf-8"))
    assert build["images"] == ["$_IMAGE"]
    assert build["options"] == {"logging": "CLOUD_LOGGING_ONLY"}
