"""What requirements.txt pins and nothing else, of the packages that are installed: a folder to import from."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)", re.MULTILINE)


class NotInstalled(Exception):
    """A pinned package is there in another version."""


def pins(requirements: str) -> dict[str, str]:
    return dict(PIN.findall(requirements))


def link_into(folder: Path, requirements: str) -> None:
    """Links to each pinned distribution's own files. Raises `NotInstalled`, or PackageNotFoundError."""
    for name, version in pins(requirements).items():
        found = distribution(name)
        if found.version != version:
            raise NotInstalled(f"{name} is {found.version}, pinned is {version}")
        for entry in {_whole(found, PurePosixPath(file.as_posix())) for file in found.files or ()}:
            _link(folder / entry, Path(str(found.locate_file(str(entry)))).resolve())


def _whole(found: Distribution, file: PurePosixPath) -> PurePosixPath:
    """The highest folder above the file that is this distribution's alone, or the file."""
    for folder in reversed(file.parents[:-1]):
        if folder.suffix == ".dist-info" or Path(str(found.locate_file(str(folder / "__init__.py")))).is_file():
            return folder
    return file


def _link(link: Path, file: Path) -> None:
    if ".." not in link.parts and not link.exists():  # programs in bin/ are outside
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(file)
