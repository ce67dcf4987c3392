"""The demo's search for numbers and names: it must find what it looks for, or its proof proves nothing."""

import base64
import json
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
    "070_174_06_05",
]
TYPED = [
    "070\u00a0174\u00a006\u00a005",
    "070\u2011174\u202f06\u202f05",
    "０７０１７４０６０５",
    "０７０－１７４　０６　０５",
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
        json.dumps(text),
        "".join(f"\\x{byte:02x}" for byte in data),
        "".join(f"\\u{ord(letter):04x}" for letter in text),
        "".join(f"&#{ord(letter)};" for letter in text),
        quote(base64.b64encode(data + b"\xff\xfe\xfd").decode(), safe=""),
        base64.encodebytes(b"x" * 50 + data + b"x" * 50).decode(),
        *(
            wrapped
            for utf_16 in ("utf-16-le", "utf-16-be")
            for wrapped in (
                text.encode(utf_16).hex(),
                *(base64.b64encode(b"x" * before + text.encode(utf_16)).decode() for before in range(3)),
                "".join(f"\\x{byte:02x}" for byte in text.encode(utf_16)),
            )
        ),
    ]


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_number_is_found_in_every_notation_and_wrapping(notation: str) -> None:
    for wrapped in wrappings(notation):
        assert Evidence(f"INSERT INTO t VALUES (1,{wrapped},2);").numbers([NUMBER]) == {NUMBER}, wrapped


@pytest.mark.parametrize("notation", TYPED)
def test_a_number_is_found_as_people_and_programs_of_theirs_have_typed_it(notation: str) -> None:
    escaped = "".join(f"\\x{byte:02x}" for byte in notation.encode())
    for wrapped in (notation, quote(notation), json.dumps(notation), escaped):
        assert Evidence(f"INSERT INTO t VALUES (1,{wrapped},2);").numbers([NUMBER]) == {NUMBER}, wrapped


def test_a_number_is_found_inside_a_longer_run_of_digits() -> None:
    assert Evidence("id 2026112346701740605001").numbers([NUMBER]) == {NUMBER}


def test_other_numbers_are_not_found() -> None:
    assert Evidence(" ".join(wrappings("+46701740606"))).numbers([NUMBER]) == set()


@pytest.mark.parametrize("name", ["Märta", "Börje", "Kjersti", "Hallgrénsson"])
def test_a_name_is_found_in_every_wrapping(name: str) -> None:
    for wrapped in [*wrappings(f"Hej {name}! Tack"), f'"{name.upper()}"', name.lower()]:
        assert Evidence(f"INSERT INTO t VALUES (1,{wrapped},2);").names([name, "Annan"]) == {name}, wrapped


@pytest.mark.parametrize("name", ["Märta", "Börje", "Hallgrénsson"])
def test_a_name_is_found_in_the_encoding_of_an_old_file(name: str) -> None:
    data = f"mobil;{name};Åre".encode("cp1252")
    for wrapped in (data.hex(), base64.b64encode(data).decode(), quote(data)):
        assert Evidence(f"INSERT INTO t VALUES (1,{wrapped},2);").names([name]) == {name}, wrapped


def test_a_name_inside_another_word_is_not_a_name() -> None:
    assert Evidence("Gunnelsson personal").names(["Gunnel", "Person"]) == set()
