"""The demo's search for numbers and names: it must find what it looks for, or its proof proves nothing."""

import base64
from urllib.parse import quote

import pytest

from sandbox.demo.evidence import Evidence

NUMBER = "+46701740605"
NOTATIONS = [
    "+46701740605",
    "46701740605",
    "0046701740605",
    "0701740605",
    "701740605",
    "070-174 06 05",
    "070 174 06 05",
    "070/174 06 05",
    "+46 (0)70 174 06 05",
    "+46 70 174 06 05",
]


def wrappings(text: str) -> list[str]:
    data = text.encode()
    return [
        f"'{text}'",
        data.hex(),
        data.hex().upper(),
        "f" + data.hex(),
        *(base64.b64encode(b"x" * before + data).decode() for before in range(3)),
        base64.urlsafe_b64encode(data + b"\xff\xfe").decode(),
        quote(text, safe=""),
    ]


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_number_is_found_in_every_notation_and_wrapping(notation: str) -> None:
    for wrapped in wrappings(notation):
        assert Evidence(f"INSERT INTO t VALUES (1,{wrapped},2);").numbers([NUMBER]) == {NUMBER}, wrapped


def test_a_number_is_found_inside_a_longer_run_of_digits() -> None:
    assert Evidence("id 2026112346701740605001").numbers([NUMBER]) == {NUMBER}


def test_other_numbers_are_not_found() -> None:
    assert Evidence(" ".join(wrappings("+46701740606"))).numbers([NUMBER]) == set()


@pytest.mark.parametrize("name", ["Märta", "Börje", "Kjersti", "Hallgrénsson"])
def test_a_name_is_found_in_every_wrapping(name: str) -> None:
    for wrapped in [*wrappings(f"Hej {name}! Tack"), f'"{name.upper()}"', name.lower()]:
        assert Evidence(f"INSERT INTO t VALUES (1,{wrapped},2);").names([name, "Annan"]) == {name}, wrapped


def test_a_name_inside_another_word_is_not_a_name() -> None:
    assert Evidence("Gunnelsson personal").names(["Gunnel", "Person"]) == set()
