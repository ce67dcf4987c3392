"""The pages' texts: two files with the same keys, each of which is used, and a text for all that the API may say."""

import re
from collections.abc import Iterator

import pytest

from shared.domain.delivery import DeliveryState
from shared.domain.ledger import Purpose
from shared.domain.recipients import MESSAGES
from shared.domain.sms_text import TEMPLATE_FAULTS
from shared.http import body_faults
from shared.http.answers.fields import GIFT_STATES
from shared.http.answers.send_views import SEND_STATES
from tests.architecture.rules_source import ROOT
from tests.architecture.rules_web import BY_LANGUAGE, CHOSEN, KEY, LANGUAGES, PLACE, SWEDISH, WEB

IN_A_PAGE = re.compile(r'\bdata-t(?:-[\w-]+)?="([\w.]+)"')
FAULT = re.compile(r"""\b(?:Fault\(\s*(?:"[\w.-]+"|\w+(?:\[\w+\])?),|FileError\()\s*"([a-z_]+)\"""")
OF_PROGRAMS = {
    *("extra_forbidden", "no_time_zone", "not_a_list", "not_an_object", "not_boolean", "not_json", "not_listed"),
    *("not_text", "not_true_or_false", "unknown_state", "wrong_form"),
}
"""Faults of a request that no page makes."""
DYNAMIC = {"fault", "row", "failure"}
"""Sections whose keys are the API's codes."""


def sources() -> Iterator[str]:
    for file in (*WEB.rglob("*.js"), *WEB.rglob("*.html")):
        if not {"vendor", "texts"} & set(file.relative_to(WEB).parts):
            yield file.read_text("utf-8")


def asked_for() -> tuple[set[str], set[str]]:
    """Whole keys, and sections of which keys are made."""
    keys: set[str] = set()
    sections: set[str] = set()
    for source in sources():
        for key, section in KEY.findall(source):
            (keys if key else sections).add(key or section)
        keys |= set(IN_A_PAGE.findall(source))
        keys |= {one for pair in CHOSEN.findall(source) for one in pair}
        # a section with the first letters of its keys: t(`overview.step_${name}`)
        sections |= set(re.findall(r"\bt\(`([\w.]+_)\$\{", source))
    return keys, sections | DYNAMIC


def test_both_languages_have_the_same_keys_with_the_same_values_in_them() -> None:
    def shape(text: object) -> object:
        if isinstance(text, dict):
            return {name: set(PLACE.findall(one)) - {"n", "count"} for name, one in text.items()}
        return set(PLACE.findall(str(text)))

    swedish, english = ({key: shape(text) for key, text in BY_LANGUAGE[one].items()} for one in LANGUAGES)
    assert swedish == english


def test_no_text_is_empty() -> None:
    assert [key for found in BY_LANGUAGE.values() for key, text in found.items() if not str(text).strip()] == []


def test_every_text_that_a_page_asks_for_is_there_and_every_other_is_gone() -> None:
    keys, sections = asked_for()
    assert len(keys) > 100
    assert sorted(keys - SWEDISH.keys()) == []
    starts = tuple(one if one.endswith("_") else f"{one}." for one in sections)
    assert sorted(key for key in SWEDISH.keys() - keys if not key.startswith(starts)) == []


def test_every_fault_that_a_person_can_meet_has_a_text() -> None:
    codes = body_faults.CODES | set(TEMPLATE_FAULTS)
    for file in (*(ROOT / "shared").rglob("*.py"), *(ROOT / "functions").rglob("*.py")):
        codes |= set(FAULT.findall(file.read_text("utf-8")))
    assert len(codes) > 60
    texts_of_fields = {key.removeprefix("fault.") for key in SWEDISH if key.startswith("fault.")}
    without = {code for code in codes if not any(key == code or key.endswith(f"_{code}") for key in texts_of_fields)}
    assert sorted(without) == sorted(OF_PROGRAMS)


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("row", set(MESSAGES)),
        ("purpose", set(Purpose)),
        ("send_state", set(SEND_STATES)),
        ("delivery_state", set(DeliveryState)),
        ("gift_state", set(GIFT_STATES)),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_all_that_the_api_may_name_has_a_text(section: str, names: set[str]) -> None:
    assert {key.removeprefix(f"{section}.") for key in SWEDISH if key.startswith(f"{section}.")} == names
