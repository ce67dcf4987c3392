"""The pages and their texts, as the tests read them."""

import re
from collections.abc import Iterator

import pyjson5

from tests.architecture.rules_source import ROOT

WEB = ROOT / "web"
PAGES = [file for file in WEB.rglob("*.html") if "vendor" not in file.parts]
LANGUAGES = ("sv", "en")
PLACE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")
PLURAL = {"one", "other"}
KEY = re.compile(r"""\b(?:t|has)\(\s*(?:"([\w.]+)"|`([\w.]+)\.\$\{)""")
"""What the modules ask for: a whole key, or one of a section."""
CHOSEN = re.compile(r"""\bt\([^)"`]*\?\s*"([\w.]+)"\s*:\s*"([\w.]+)"\)""")


def read(language: str) -> dict[str, object]:
    source = (WEB / "texts" / f"{language}.js").read_text("utf-8")
    found: dict[str, object] = pyjson5.decode(source[source.index("{") :].rstrip().rstrip(";"))
    return found


def texts(found: dict[str, object], before: str = "") -> Iterator[tuple[str, object]]:
    """Each key with its text, or with its forms for one and for more."""
    for name, one in found.items():
        if isinstance(one, dict) and set(one) != PLURAL:
            yield from texts(one, f"{before}{name}.")
        else:
            yield f"{before}{name}", one


BY_LANGUAGE = {language: dict(texts(read(language))) for language in LANGUAGES}
SWEDISH = BY_LANGUAGE["sv"]
