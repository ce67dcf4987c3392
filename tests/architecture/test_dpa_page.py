"""The agreement that a company accepts is the one that can be read, and says what the code does."""

import re
from datetime import timedelta

from shared.domain.agreement import GRACE
from shared.domain.consent import ACCEPT_WITHIN, DPAS
from shared.domain.retention import DEFAULT_ENCRYPT_AFTER_DAYS, MESSAGE_LIFE
from shared.use_cases.privacy.tell_of_processors import AHEAD
from tests.architecture.rules_source import ROOT

PAGE = (ROOT / "web" / "dpa.html").read_text("utf-8")


def said(key: str) -> str:
    found = re.search(rf'data-t="dpa\.{key}">([^<]+)<', PAGE)
    assert found, key
    return found[1]


def days(wanted: timedelta) -> str:
    return f"{wanted.days} dagar"


def test_the_page_has_the_newest_version() -> None:
    newest = DPAS[-1]
    assert f"Version {newest.version}," in said("version")
    assert said("version").endswith(f"{newest.takes_effect.day} november {newest.takes_effect.year}.")


def test_its_times_are_the_codes() -> None:
    assert f"{DEFAULT_ENCRYPT_AFTER_DAYS} dagar" in said("times_1")
    assert f"{MESSAGE_LIFE // timedelta(hours=1)} timmar" in said("times_2")
    assert days(AHEAD) in said("others_2")
    assert days(GRACE) in said("end_1")
    assert days(ACCEPT_WITHIN) in said("change_1")
