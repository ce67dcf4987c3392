"""What Firebase Hosting does with `firebase.json`, as far as ours asks for it: headers, rewrites, files left out."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

Headers = list[tuple[str, str]]

CONFIG = "firebase.json"
_UNREAD = set("?!+@(){}[]|")  # further signs of Firebase's patterns
_PARTS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}


@dataclass(frozen=True)
class Hosting:
    """The rules of one folder of pages. Where two name the same header, the later one holds."""

    headers: tuple[tuple[re.Pattern[str], dict[str, str]], ...] = ()
    rewrites: tuple[tuple[re.Pattern[str], str], ...] = ()
    ignored: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Without the file there are no rules."""
        file = folder / CONFIG
        if not file.is_file():
            return cls()
        hosting = json.loads(file.read_text("utf-8"))["hosting"]
        return cls(
            tuple((glob(rule["source"]), _by_key(rule["headers"])) for rule in hosting.get("headers", [])),
            tuple((glob(rule["source"]), rule["destination"]) for rule in hosting.get("rewrites", [])),
            tuple(glob(pattern) for pattern in hosting.get("ignore", [])),
        )

    def headers_of(self, path: str, https: bool) -> Headers:
        """Of the path as it was asked for. Browsers take Strict-Transport-Security over HTTPS only."""
        found: dict[str, str] = {}
        for source, headers in self.headers:
            if source.fullmatch(path.lstrip("/")):
                found |= headers
        if not https:
            found.pop("Strict-Transport-Security", None)
        return list(found.items())

    def destination(self, path: str) -> str | None:
        """The page that stands for a path without a file of its own."""
        return next((to for source, to in self.rewrites if source.fullmatch(path.lstrip("/"))), None)

    def is_ignored(self, name: str) -> bool:
        """Whether a file, by its path in the folder, is not deployed."""
        return any(pattern.fullmatch(name) for pattern in self.ignored)


def glob(pattern: str) -> re.Pattern[str]:
    """`*` is within a segment, `**` any number of them; raises ValueError for the signs that we do not use."""
    if _UNREAD & set(pattern):
        raise ValueError(f"{CONFIG}: {pattern!r} has signs that the sandbox does not read")
    parts = re.split(r"(\*\*/|\*\*|\*)", pattern.lstrip("/"))
    return re.compile("".join(_PARTS.get(part) or re.escape(part) for part in parts), re.DOTALL)


def _by_key(headers: list[dict[str, str]]) -> dict[str, str]:
    return {header["key"]: header["value"] for header in headers}
