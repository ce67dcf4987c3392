"""The pages of a release: web/ with the environment's own ids, under a name that only the same pages have."""

import json
from pathlib import Path

import pytest

from infra.release.site import SiteIncomplete, lay_out


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A site with one page, and with what no visitor asks for."""
    folder = tmp_path / "web"
    (folder / "vendor").mkdir(parents=True)
    for name in ("index.html", "hosting.json", "package.json", ".npmrc", "vendor/preact.js"):
        (folder / name).write_text(name, "utf-8")
    (folder / "site.json").write_text(json.dumps({"google_analytics": "", "meta_pixel": ""}), "utf-8")
    return folder


def test_a_release_has_the_pages_and_the_environments_ids(web: Path, tmp_path: Path) -> None:
    lay_out(web, tmp_path / "out", {"google_analytics": "G-1"})
    files = {file.relative_to(tmp_path / "out").as_posix() for file in (tmp_path / "out").rglob("*") if file.is_file()}
    assert files == {"index.html", "hosting.json", "site.json", "vendor/preact.js"}
    told = json.loads((tmp_path / "out/site.json").read_text("utf-8"))
    assert told == {"google_analytics": "G-1", "meta_pixel": ""}


def test_the_version_follows_from_the_pages_alone(web: Path, tmp_path: Path) -> None:
    first = lay_out(web, tmp_path / "first", {})
    assert lay_out(web, tmp_path / "second", {}) == first
    assert len(first) == 12
    assert lay_out(web, tmp_path / "with an id", {"meta_pixel": "1"}) != first
    (web / "index.html").rename(web / "home.html")
    assert lay_out(web, tmp_path / "renamed", {}) != first


def test_a_site_without_its_modules_or_with_an_id_that_no_page_reads_is_refused(web: Path, tmp_path: Path) -> None:
    with pytest.raises(SiteIncomplete, match="tiktok"):
        lay_out(web, tmp_path / "out", {"tiktok": "1"})
    (web / "vendor/preact.js").unlink()
    with pytest.raises(SiteIncomplete, match="vendor"):
        lay_out(web, tmp_path / "out", {})
