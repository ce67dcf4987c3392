"""Files that programs and Excel read: no cell of text is a formula, whatever stands in it."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.http import csv_file
from shared.http.csv_file import EXCEL, PLAIN, Style, kronor

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


def read(data: bytes, style: Style) -> list[list[str]]:
    text = data.decode("utf-8-sig" if style.excel else "utf-8")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";" if style.excel else ","))


@pytest.mark.parametrize("style", [PLAIN, EXCEL])
@given(st.one_of(TEXT, st.builds(str.__add__, st.sampled_from("=+-@\t\r\n"), TEXT)))
@settings(deadline=None, derandomize=True)
def test_a_cell_of_text_is_whole_and_never_a_formula(style: Style, text: str) -> None:
    (row,) = read(csv_file.lines([{"a": text, "b": "x"}], ("a", "b"), (), style), style)
    assert row[1] == "x"
    assert row[0] in (text, f"'{text}")
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_amounts_are_numbers_with_the_point_or_comma_of_who_reads_them() -> None:
    row = {"a": kronor(-1_234_567), "b": -3, "c": kronor(0), "d": kronor(5)}
    assert csv_file.lines([row], "abcd", (), PLAIN) == b"-12345.67,-3,0.00,0.05\r\n"
    assert csv_file.lines([row], "abcd", (), EXCEL) == b"-12345,67;-3;0,00;0,05\r\n"
    assert kronor(10**14) == Decimal(10**12)


def test_programs_get_what_rfc_4180_says_and_excel_what_it_opens() -> None:
    names = {"day": "dag"}
    assert csv_file.head(["day"], ["day"], PLAIN, names) == b"day\r\n"
    assert csv_file.head(["day"], ["day"], Style(False, swedish=True), names) == b"dag\r\n"
    assert csv_file.head(["day"], ["day"], EXCEL, names) == b"\xef\xbb\xbfday_swedish_time\r\n"
    assert csv_file.head(["day"], ["day"], Style(True, swedish=True), names) == b"\xef\xbb\xbfdag (svensk tid)\r\n"
    moment = {"day": "2026-11-23T09:00:00.000000Z"}
    assert csv_file.lines([moment], ["day"], ["day"], PLAIN) == b"2026-11-23T09:00:00.000000Z\r\n"
    assert csv_file.lines([moment], ["day"], ["day"], EXCEL) == b"2026-11-23 10:00:00\r\n"
