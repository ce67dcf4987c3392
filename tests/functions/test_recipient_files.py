"""POST /v1/sends and its quote with a file: every form that api promises, and one clear error for each other."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest

from tests.functions.insider import money_and_sends
from tests.functions.program import Json, Program, a_file_send, codes, ok, refused

ROWS = [("070-174 06 05", "Åsa"), ("+46701740606", "Örjan"), ("0046 70 174 06 07", "André")]
TEXT = "mobil;förnamn\r\n" + "".join(f"{phone};{name}\r\n" for phone, name in ROWS)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def table(separator: str, *header: str) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows([header, *ROWS])
    return stream.getvalue().encode()


GOOD = {
    "semicolons": table(";", "Mobil", "Förnamn"),
    "commas": table(",", "phone", "first_name"),
    "tabs": table("\t", "Mobilnummer", "Namn"),
    "UTF-8 with BOM": TEXT.encode("utf-8-sig"),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 big-endian with BOM": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "Windows-1252": TEXT.encode("cp1252"),
    "line feeds alone": TEXT.replace("\r\n", "\n").encode(),
    "no last line end": TEXT.rstrip().encode(),
    "blank lines": TEXT.replace("\r\n", "\r\n\r\n").encode(),
    "everything quoted": '"TELEFON";"FÖRNAMN"\n'.encode() + "".join(f'"{p}";"{n}"\n' for p, n in ROWS).encode(),
    "case, spaces, _ and - in headers": table(";", "  MOBIL_nummer ", "First-Name"),
    "other columns too": b"ort;telefon;namn\n" + "".join(f"Åre;{p};{n}\n" for p, n in ROWS).encode(),
    "xlsx": workbook(("Telefon", "Förnamn"), *ROWS),
    "xlsx with numbers as numbers": workbook(
        ("Mobil", "Namn"), (46701740605, "Åsa"), (701740606, "Bo"), (46701740607, "Li")
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_is_read_as_companies_really_have_it(company: Program, name: str) -> None:
    file_name = "kunder.xlsx" if "xlsx" in name else "kunder.csv"
    quote = ok(company.upload("/v1/sends/quote", a_file_send(), GOOD[name], file_name))
    assert quote["recipients"] == {"accepted": 3, "duplicate": 0, "invalid": 0, "opted_out": 0}
    assert quote["report"] == []
    assert quote["sms"]["example"].startswith("Hej Åsa! ")


def test_a_file_is_sent_to(company: Program) -> None:
    send = ok(company.upload("/v1/sends", a_file_send(), TEXT.encode("cp1252")), 201)
    assert company.handed_over(send)["recipients"]["accepted"] == 3
    assert {row["phone"] for row in company.deliveries(send["id"])} == {f"+4670174060{at}" for at in (5, 6, 7)}


BAD = {
    "empty": (b"", 422, "empty_file"),
    "blank": (b" \r\n\t\r\n", 422, "empty_file"),
    "binary": (bytes(range(256)) * 20, 422, "binary_file"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, 422, "binary_file"),
    "a PDF": (b"%PDF-1.7 telefon;namn", 422, "binary_file"),
    "a zip": (b"PK\x03\x04" + b"\0" * 100, 422, None),
    "an old DOS encoding": ("telefon;förnamn\n070-1740605;Håkan\n".encode("cp850"), 422, "unknown_encoding"),
    "headers alone": (b"telefon;namn\n", 422, "no_rows"),
    "no phone column": (b"namn;ort\nAnna;Malm\n", 422, "missing_phone_column"),
    "two phone columns": (b"telefon;mobil\n1;2\n", 422, "double_column"),
    "two name columns": ("telefon;namn;förnamn\n1;2;3\n".encode(), 422, "double_column"),
    "quotes that do not match": (b'telefon;namn\n070-1740605;"Anna\n', 422, "broken_file"),
    "a row too wide": (b"telefon;namn\n070-1740605;Anna;extra\n", 422, "broken_file"),
    "100,001 rows": (b"telefon;namn\n" + b"070-1740605;Anna\n" * 100_001, 422, "too_many_rows"),
    "more than 10 MB": (b"telefon;namn\n" + b"070-1740605;Anna\n" * 600_000, 413, None),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("path", ["/v1/sends", "/v1/sends/quote"])
def test_a_file_that_cannot_be_used_gets_one_clear_error_and_changes_nothing(
    company: Program, path: str, name: str
) -> None:
    file, status, code = BAD[name]
    before = money_and_sends(company)
    answer = company.upload(path, a_file_send(), file)
    if status == 413:
        refused(answer, 413)
    else:
        problem = refused(answer, status, "recipients")
        assert len(problem["errors"]) == 1
        assert code is None or codes(problem) == {code}
    assert money_and_sends(company) == before


def test_a_missing_placeholder_column_is_named(company: Program) -> None:
    problem = refused(company.upload("/v1/sends", a_file_send(), b"telefon\n070-1740605\n"), 422, "message")
    assert codes(problem) == {"unknown_placeholder"}


def test_rows_are_counted_from_the_first_data_row(company: Program) -> None:
    file = b"telefon;namn\n070-1740605;Anna\n\n08-123 456 78;Bo\nx;Cecilia\n070-1740605;Anna\n070-1740606;\n"
    problem = refused(company.upload("/v1/sends", a_file_send(), file), 422)
    assert problem["recipients"] == {"accepted": 1, "duplicate": 1, "invalid": 3, "opted_out": 0}
    assert [(row["row"], row["code"]) for row in problem["report"]] == [
        (2, "not_mobile"),
        (3, "invalid_phone"),
        (4, "duplicate"),
        (5, "missing_value"),
    ]


def test_a_report_holds_the_first_100_rows_all_counts_and_no_number_or_name(company: Program) -> None:
    rows = "".join(f"070-12{row:03d};Gunhild{row}\n" for row in range(250)).encode()
    file = b"telefon;namn\n" + rows + b"070-1740605;Gunhild\n"
    before = money_and_sends(company)
    answer = company.upload("/v1/sends", a_file_send(), file)
    problem = refused(answer, 422)
    assert problem["recipients"] == {"accepted": 1, "duplicate": 0, "invalid": 250, "opted_out": 0}
    assert [row["row"] for row in problem["report"]] == list(range(1, 101))
    assert "Gunhild" not in answer.text and "070" not in answer.text
    assert money_and_sends(company) == before
    sent = ok(company.upload("/v1/sends", a_file_send() | {"on_invalid": "skip"}, file), 201)
    assert (sent["recipients"], len(sent["report"])) == (problem["recipients"], 100)


@dataclass
class Parts:
    files: dict[str, Any]
    status: int


def malformed() -> Iterator[Parts]:
    file = ("r.csv", b"telefon\n070-1740605\n")
    yield Parts({"recipients": file}, 400)
    yield Parts({"send": (None, "{}")}, 400)
    yield Parts({"send": (None, "{"), "recipients": file}, 400)
    yield Parts({"send": (None, "{}"), "recipients": file}, 422)
    yield Parts({"send": (None, '{"recipients": []}'), "recipients": file}, 422)


@pytest.mark.parametrize("parts", list(malformed()), ids=lambda parts: " and ".join(parts.files))
def test_both_parts_must_be_there_and_be_right(company: Program, parts: Parts) -> None:
    refused_fields: dict[int, tuple[str, ...]] = {400: (), 422: ("consent", "gift", "message", "sender")}
    answer = company.call("POST", "/v1/sends", files=parts.files)
    assert answer.status_code == parts.status, answer.text
    named: set[str] = {fault["field"] for fault in answer.json()["errors"]}
    assert named - {"recipients"} == set(refused_fields[parts.status])


def test_a_multipart_body_that_is_none_is_malformed(company: Program) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        refused(company.call("POST", "/v1/sends", data=b"nothing", headers={"Content-Type": kind}), 400)


def test_the_part_send_may_come_as_a_file_of_its_own(company: Program) -> None:
    import json

    send: Json = a_file_send()
    parts = {"send": ("send.json", json.dumps(send)), "recipients": ("r.csv", TEXT.encode())}
    assert ok(company.call("POST", "/v1/sends/quote", files=parts))["recipients"]["accepted"] == 3
