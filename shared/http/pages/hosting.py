"""hosting.json, the rules of a folder of pages: headers, which paths one page stands for, what is no page."""

import json
import re
from typing import Self

from msgspec import Struct

Headers = list[tuple[str, str]]

CONFIG = "hosting.json"
_UNREAD = set("?!+@(){}[]|")
"""Signs of other patterns than ours."""
_PARTS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}


class Hosting(Struct, frozen=True):
    """Where two rules name the same header, the later one holds."""

    headers: tuple[tuple[re.Pattern[str], dict[str, str]], ...] = ()
    rewrites: tuple[tuple[re.Pattern[str], str], ...] = ()
    ignored: tuple[re.Pattern[str], ...] = ()

    @classmethod
    def read(cls, text: bytes) -> Self:
        rules = json.loads(text)
        return cls(
            tuple((glob(rule["source"]), rule["headers"]) for rule in rules["headers"]),
            tuple((glob(rule["source"]), rule["destination"]) for rule in rules["rewrites"]),
            tuple(glob(pattern) for pattern in rules["ignore"]),
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
        """Whether a file, by its path in the folder, is not served."""
        return any(pattern.fullmatch(name) for pattern in self.ignored)


def glob(pattern: str) -> re.Pattern[str]:
    """`*` is within a segment, `**` any number of them; raises ValueError for the signs that we do not use."""
    if _UNREAD & set(pattern):
        raise ValueError(f"{CONFIG}: {pattern!r} has signs that are not read")
    parts = re.split(r"(\*\*/|\*\*|\*)", pattern.lstrip("/"))
    return re.compile("".join(_PARTS.get(part) or re.escape(part) for part in parts), re.DOTALL)
