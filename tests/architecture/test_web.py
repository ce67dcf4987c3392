"""The pages' files: nothing that their policy forbids, and what comes from others is held to its checksum."""

import base64
import hashlib
import json
import re
from pathlib import Path

from shared.http.pages.hosting import CONFIG, Hosting
from shared.http.pages.static_pages import KINDS
from tests.architecture.rules_web import PAGES, WEB

INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style\b|\s(?:style|on[a-z]+)=|javascript:", re.IGNORECASE)
SCRIPT = re.compile(r'<script[^>]*\ssrc="(/[^"]+)"')
PRELOAD = re.compile(r'<link rel="modulepreload" href="(/vendor/[^"]+)" integrity="([^"]+)">')
IMPORT = re.compile(r"""(?:\bfrom\s|\bimport[\s(])\s*["']([^"']+)["']""")


def modules(file: Path, seen: set[Path]) -> set[Path]:
    """The file and all that it imports, at once or later."""
    if file not in seen:
        seen.add(file)
        if "vendor" not in file.parts and file.is_file():
            for name in IMPORT.findall(file.read_text("utf-8")):
                modules((WEB / name.lstrip("/") if name.startswith("/") else file.parent / name).resolve(), seen)
    return seen


def loaded(page: Path) -> set[Path]:
    seen: set[Path] = set()
    for source in SCRIPT.findall(page.read_text("utf-8")):
        modules((WEB / source.lstrip("/")).resolve(), seen)
    return seen


def integrity(file: Path) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode("ascii")


def test_every_page_holds_the_vendored_modules_that_it_loads_to_their_checksums() -> None:
    """A browser takes no other file: `<link rel="modulepreload" href integrity>` before the page's script."""
    pages = {page: {file for file in loaded(page) if "vendor" in file.parts} for page in PAGES}
    assert any(pages.values())
    for page, vendored in pages.items():
        wanted = {f"/{file.relative_to(WEB.resolve()).as_posix()}": integrity(file) for file in vendored}
        assert dict(PRELOAD.findall(page.read_text("utf-8"))) == wanted, page


def test_every_import_leads_to_a_file() -> None:
    assert [str(file) for page in PAGES for file in loaded(page) if not file.is_file()] == []


def test_no_page_has_script_or_style_within_it() -> None:
    assert len(PAGES) > 5
    assert {page: found for page in PAGES if (found := INLINE.findall(page.read_text("utf-8")))} == {}


def test_every_file_is_of_a_kind_that_has_a_name() -> None:
    hosting = Hosting.read((WEB / CONFIG).read_bytes())
    names = [file.relative_to(WEB).as_posix() for file in WEB.rglob("*") if file.is_file()]
    assert [name for name in names if not hosting.is_ignored(name) and Path(name).suffix not in KINDS] == []
    assert all((WEB / to.lstrip("/")).is_file() for _, to in hosting.rewrites)


def test_the_modules_of_others_are_named_by_version_and_checksum_and_not_by_address() -> None:
    wanted = json.loads((WEB / "package.json").read_text("utf-8"))
    locked = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    versions = wanted["dependencies"] | wanted["devDependencies"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in versions} == versions
    packages = [package for name, package in locked.items() if name]
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for package in packages)


def test_each_vendored_module_comes_with_its_licence() -> None:
    vendored = {file.name for file in (WEB / "vendor").iterdir()}
    modules = {name.removesuffix(".js").partition("-")[0] for name in vendored if name.endswith(".js")}
    assert modules == {name.partition(".")[0] for name in vendored if name.endswith(".LICENSE.txt")}
