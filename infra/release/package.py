"""The archive that every function is made of: the same files give the same bytes, on any machine and at any time."""

from __future__ import annotations

import hashlib
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path

FILES = ("main.py", "requirements.txt")
FOLDERS = ("functions", "shared")
KINDS = (".py", ".sql", ".json")
"""What the deployed code is, and what it reads while it runs: migrations and the API's description."""

EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16
UNIX = 3


@dataclass(frozen=True)
class Archive:
    path: Path
    sha256: str

    @property
    def object(self) -> str:
        """Its name in the bucket."""
        return self.path.name


def name(sha256: str) -> str:
    return f"upup-{sha256[:12]}.zip"


def files(checkout: Path) -> list[str]:
    """What goes into the archive, in its order, written with `/`."""
    found = [
        file.relative_to(checkout).as_posix()
        for folder in FOLDERS
        for file in (checkout / folder).rglob("*")
        if file.suffix in KINDS and file.is_file() and not file.name.startswith(".")
    ]
    return sorted([*FILES, *found])


def package(checkout: Path, folder: Path) -> Archive:
    """Write the archive into the folder, under the first twelve digits of its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    unnamed = folder / f"{os.getpid()}.part"
    with zipfile.ZipFile(unnamed, "w", zipfile.ZIP_STORED) as archive:  # stored: zlib's versions differ
        for file in files(checkout):
            entry = zipfile.ZipInfo(file, EPOCH)
            entry.create_system, entry.external_attr = UNIX, READABLE
            archive.writestr(entry, (checkout / file).read_bytes())
    sha256 = hashlib.sha256(unnamed.read_bytes()).hexdigest()
    return Archive(unnamed.rename(folder / name(sha256)), sha256)
