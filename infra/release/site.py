"""The pages of a release: web/ as it is, with the environment's site.json, under a prefix that their content names."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

NO_PAGES = shutil.ignore_patterns(".*", "package.json", "package-lock.json", "*.md")


class SiteIncomplete(Exception):
    """The pages' modules are not there: `make install` fetches them."""


def lay_out(web: Path, folder: Path, ids: Mapping[str, str]) -> str:
    """Copy the pages into the folder. `ids`: site.json's, of the environment. Returns the version."""
    if not any((web / "vendor").glob("*.js")):
        raise SiteIncomplete("web/vendor is empty")
    known = json.loads((web / "site.json").read_text("utf-8"))
    if unknown := ids.keys() - known.keys():
        raise SiteIncomplete(f"site.json has no {', '.join(sorted(unknown))}")
    shutil.copytree(web, folder, ignore=NO_PAGES, dirs_exist_ok=True)
    (folder / "site.json").write_text(json.dumps(known | ids, indent=2) + "\n", "utf-8")
    return version(folder)


def version(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:12]
