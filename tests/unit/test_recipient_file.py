"""Files of recipients in all the forms that people have them, and one clear error for each that is bad."""

import csv
import io
import random
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from shared.domain.recipient_file import FileError, RecipientTable, read

prove = settings(deadline=None, derandomize=True, max_examples=300)

TEXT = "Mobil;Förnamn\r\n070-174 06 05;Åsa\r\n070-174 06 06;Björn é\r\n"
ROWS = [["070-174 06 05", "Åsa"], ["070-174 06 06", "Björn é"]]


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rewritten(data: bytes, part: str, content: bytes) -> bytes:
    """The workbook with one of its parts replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return file.getvalue()


def refused(data: bytes, filename: str | None = None) -> FileError:
    with pytest.raises(FileError) as error:
        read(data, filename)
    return error.value


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-16-be with mark"]
)
def test_every_encoding_separator_and_line_end_is_read(encoding: str, delimiter: str, end: str) -> None:
    text = TEXT.replace(";", delimiter).replace("\r\n", end)
    if encoding == "utf-16-be with mark":
        text, encoding = "\ufeff" + text, "utf-16-be"
    table = read(text.encode(encoding), "kunder.csv")
    assert table == RecipientTable(("phone", "first_name"), ROWS)


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("sep=,\r\nMobil,Namn\r\n1,A\r\n", ("phone", "first_name"), [["1", "A"]]),
        ('"sep=;"\nMobil;Namn\n1;A', ("phone", "first_name"), [["1", "A"]]),
        ('Namn;Mobil\n"A;B";"1"\n"C ""D""";2\n', ("first_name", "phone"), [["A;B", "1"], ['C "D"', "2"]]),
        ('Namn,Mobil\n"A\nB",1\n', ("first_name", "phone"), [["A\nB", "1"]]),
        ('Namn, Mobil\nA, "1"\n', ("first_name", "phone"), [["A", "1"]]),
        ("\n\nMobil;Namn\n\n1;A\n;\n  ;\n2;B\n;;;\n\n", ("phone", "first_name"), [["1", "A"], ["2", "B"]]),
        ("Mobil;Namn;;\n1;A;;\n2;B;; \n", ("phone", "first_name"), [["1", "A"], ["2", "B"]]),
        ("Mobil;Namn\n1\n2;B\n", ("phone", "first_name"), [["1", ""], ["2", "B"]]),
        ("Mobil;;Ort\n1;x;Y\n", ("phone", "", "ort"), [["1", "x", "Y"]]),
        ("Ort;Belopp, kr;MOBIL-NUMMER\nX;1,5;1\n", ("ort", "belopp,kr", "phone"), [["X", "1,5", "1"]]),
        ("Phone Number\n1\n2", ("phone",), [["1"], ["2"]]),
        ("070-174 06 05\n070-174 06 06\n", ("phone",), [["070-174 06 05"], ["070-174 06 06"]]),
        ("\n0701740605;;\nx;\n", ("phone",), [["0701740605"], ["x"]]),
        ("08-465 004 05\n", ("phone",), [["08-465 004 05"]]),
        ("Mobil;Namn\n1;A\n\x1a", ("phone", "first_name"), [["1", "A"]]),
    ],
)
def test_what_excel_and_others_write_is_read(text: str, columns: tuple[str, ...], rows: list[list[str]]) -> None:
    table = read(text.encode())
    assert (table.columns, table.rows) == (columns, rows)


def test_a_workbook_is_read_with_whole_numbers() -> None:
    data = workbook(
        [
            ["Namn", "Mobil", "Belopp", None],
            ["Åsa", 701740605, 1.5],
            [None, None, None],
            ["Bo", "070-1740606", 2.0],
        ]
    )
    table = read(data, "kunder.xlsx")
    assert table.columns == ("first_name", "phone", "belopp")
    assert table.rows == [["Åsa", "701740605", "1.5"], ["Bo", "070-1740606", "2"]]
    assert table.column("phone") == ["701740605", "070-1740606"]


def test_a_workbook_can_be_a_bare_list_of_numbers() -> None:
    assert read(workbook([[701740605], [701740606]])).rows == [["701740605"], ["701740606"]]


def test_a_file_is_judged_by_its_content() -> None:
    assert read(workbook([["Mobil"], ["1"]]), "kunder.csv").rows == [["1"]]
    assert read(TEXT.encode("cp1252"), "kunder.xls").rows == ROWS


# Large ones are made by the test that reads them: every test process would make them when it collects.
BAD: dict[str, list[bytes | Callable[[], bytes]]] = {
    "empty_file": [
        b"",
        b" \r\n\n",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xff\xfe\r\0\n\0",
        b";;\n;;\n",
        workbook([]),
    ],
    "binary_file": [
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"%PDF-1.7\nMobil;Namn\n1;A",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
        bytes(range(256)) * 10,
        b"Mobil;Namn\n1;A\0\n",
        random.Random(1).randbytes(5000),
        rewritten(workbook([["Mobil"]]), "", b"").replace(b"xl/workbook.xml", b"xx/workbook.xml"),
    ],
    "unknown_encoding": [
        b"Mobil;Namn\n1;\x81\x8d\n",
        "Mobil;Namn\n1;Björn".encode("cp850"),
        "Mobil;Namn\n1;Pär".encode("mac_roman"),
        "Mobil;Förnamn\n1;A".encode("mac_roman"),
        "Mobil;Namn\n1;Pär".encode() + b"\n2;P\xe4r",
        b"\xff\xfeM\0o",
        b"\xff\xfeM\0o\0b",
    ],
    "missing_phone_column": [
        *(b"Namn;Ort\nA;B\n", b"x\n", b"070-174 06\n", b"0701740605;Anna\n", b"<html><table>\n", b"{}"),
        workbook([["Namn"], ["A"]]),
    ],
    "double_column": [
        b"Mobil;Telefon\n1;2\n",
        b"Mobil;Namn;mobil\n1;A;2",
        workbook([["Mobil", "Phone"], [1, 2]]),
    ],
    "no_rows": [b"Mobil;Namn\n", b"Mobil", b"Mobil;Namn\n;\n\n", workbook([["Mobil"]])],
    "broken_file": [
        b'Mobil;Namn\n1;"A\n2;B\n',
        b'Mobil;Namn\n1;"A"B\n',
        b'Mobil;"Namn\n1;A\n',
        b"Mobil;Namn\n1;A;B\n",
        b'Mobil\n"' + b"x" * 200_000,
        b"PK\x03\x04" + b"x" * 100,
        workbook([["Mobil"], ["1"]])[:-50],
        rewritten(workbook([["Mobil"], ["1"]]), "xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>"),
        workbook([["Mobil"], ["1", "2"]]),
    ],
    "file_too_large": [
        b"Mobil\n" + b"1\n" * 5_000_000,
        lambda: rewritten(workbook([["Mobil"]]), "xl/styles.xml", b" " * 201_000_000),
        lambda: rewritten(workbook([["Mobil"]]), "xl/styles.xml", b" " * 9_000_000),
    ],
}


@pytest.mark.parametrize(
    ("code", "data"),
    [pytest.param(code, data, id=f"{code}-{n}") for code, files in BAD.items() for n, data in enumerate(files)],
)
def test_a_bad_file_gets_one_clear_error(code: str, data: bytes | Callable[[], bytes]) -> None:
    error = refused(data() if callable(data) else data)
    assert error.code == code
    assert str(error) == error.message and error.message.endswith(".")


def test_an_error_says_where() -> None:
    assert refused(b"Mobil;Namn\n1;A\n\n2;B\n3;C;D\n").data == {"row": 3}
    assert refused(b"Ort;Mobil;X;Telefon\n").data == {"columns": [2, 4]}
    assert refused(b'Mobil;Namn\n1;A\n2;"B"C\n').data == {"line": 3}


@pytest.mark.parametrize(
    "secret", [b"Hemlig;Hemlig;Mobil;Mobil\n", b'Mobil\n"Hemlig\n', b"Mobil\nHemlig;x\n", b"Hemlig"]
)
def test_no_error_repeats_the_file(secret: bytes) -> None:
    error = refused(secret)
    assert "emlig" not in f"{error!r} {error.data} {error.__cause__!r}"


def test_a_damaged_workbook_is_told_by_its_name() -> None:
    assert refused(b"garbled", "kunder.XLSX").code == "broken_file"


def test_100_000_rows_are_read_and_one_more_is_refused() -> None:
    data = b"Mobil\n" + b"1\n" * 100_000
    assert len(read(data).rows) == 100_000
    error = refused(data + b"1")
    assert (error.code, error.data) == ("too_many_rows", {"limit": 100_000})
    with pytest.raises(FileError, match="more than 2 "):
        read(b"Mobil\n1\n2\n3\n", max_rows=2)
    assert len(read(b"Mobil\n1\n2\n\n", max_rows=2).rows) == 2


def test_a_zip_that_claims_to_be_smaller_than_it_is_is_refused() -> None:
    data = rewritten(workbook([["Mobil"]]), "xl/styles.xml", b" " * 500_000)
    lied = data.replace((500_000).to_bytes(4, "little"), (500).to_bytes(4, "little"))
    assert lied != data and refused(lied).code == "broken_file"


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1'><c r='A1'><v>1</v></c></row><row r\n= '999999'><c r='ZZ999999'><v>1</v></c></row>",
        b"<row>" + b"<c><v>1</v></c>" * 9_000 + b"</row>" + b"<row/>" * 9_000 + b"<row><c><v>1</v></c></row>",
    ],
    ids=["by references", "in other quotes", "without references"],
)
def test_a_small_sheet_that_spans_billions_of_cells_is_refused(cells: bytes) -> None:
    data = rewritten(workbook([["Mobil"]]), "xl/worksheets/sheet1.xml", SHEET % cells)
    assert refused(data).code == "file_too_large"


@pytest.mark.parametrize(
    "data",
    [
        b"Mobil" + b";x" * 2_000_000 + b"\n1\n",
        b";".join([b"Mobil", *(b"x%d" % n for n in range(900))]) + b"\n1" * 100_000,
    ],
    ids=["two million columns", "900 columns"],
)
def test_short_rows_under_a_wide_header_do_not_fill_the_memory(data: bytes) -> None:
    assert refused(data).code == "file_too_large"


cells = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=8).filter(
    lambda cell: cell.strip() == cell
)


@prove
@given(
    st.lists(st.tuples(cells, cells), min_size=1, max_size=5),
    st.sampled_from(";,\t"),
    st.sampled_from(["utf-8-sig", "utf-16"]),
)
def test_what_is_written_is_read_back(rows: list[tuple[str, str]], delimiter: str, encoding: str) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("Mobil", "Namn"), *rows])
    assert read(file.getvalue().encode(encoding)).rows == [list(row) for row in rows]


@prove
@given(st.binary(max_size=60) | st.text('Mobil;,\t\n"1å', max_size=30).map(str.encode))
def test_any_bytes_give_rows_or_one_error(data: bytes) -> None:
    try:
        table = read(b"Mobil;Namn\n" + data)
    except FileError as error:
        assert error.message
    else:
        assert table.rows and {len(row) for row in table.rows} == {2}


@prove
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
def test_a_damaged_workbook_gives_rows_or_one_error(at: int, put: bytes) -> None:
    data = workbook([["Mobil"], ["1"]])
    at %= len(data)
    try:
        assert read(data[:at] + put + data[at + len(put) :]).columns
    except FileError as error:
        assert error.message
