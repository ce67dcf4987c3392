"""The console's texts: two files with the same keys, each of which its page asks for, and a text for each provider."""

from collections.abc import Iterator
from pathlib import Path

import pyjson5

from sandbox.stand_ins.faults import KINDS
from tests.architecture.rules_source import ROOT
from tests.architecture.rules_web import BY_LANGUAGE, CHOSEN, KEY, LANGUAGES, PLACE, texts

PAGE = ROOT / "sandbox" / "console" / "page"


def read(language: str) -> dict[str, object]:
    source = (PAGE / "texts" / f"console.{language}.js").read_text("utf-8")
    found: dict[str, object] = pyjson5.decode(source[source.index("{") :].rstrip().rstrip(";"))
    return dict(texts(found))


OWN = {language: read(language) for language in LANGUAGES}


def modules() -> Iterator[Path]:
    yield from PAGE.glob("*.js")


def test_both_languages_have_the_same_keys_with_the_same_values_in_them() -> None:
    def shape(text: object) -> object:
        return set(PLACE.findall(str(text))) - {"n", "count"}

    swedish, english = ({key: shape(text) for key, text in OWN[one].items()} for one in LANGUAGES)
    assert swedish == english


def test_every_text_that_the_page_asks_for_is_there_and_no_other() -> None:
    sources = [file.read_text("utf-8") for file in modules()]
    asked = [found for source in sources for found in KEY.findall(source)]
    keys = {key for key, _ in asked if key} | {
        key for source in sources for pair in CHOSEN.findall(source) for key in pair
    }
    sections = {section for _, section in asked if section} | {"failure", "console.stat"}
    assert sorted(keys - OWN["sv"].keys() - BY_LANGUAGE["sv"].keys()) == []
    starts = (*(f"{section}." for section in sections), "console.dispute_")
    assert sorted(key for key in OWN["sv"].keys() - keys if not key.startswith(starts)) == []


def test_every_provider_and_fault_has_a_name() -> None:
    names = {f"console.provider.{provider}" for provider in KINDS}
    names |= {
        f"console.{part}.{kind}" for part in ("fault", "fault_text") for kinds in KINDS.values() for kind in kinds
    }
    assert names <= OWN["sv"].keys()
