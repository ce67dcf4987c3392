"""A supplier's file of codes: which rows can go into stock, and which files cannot be read at all."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.code_file import read_codes
from shared.domain.ean import is_ean
from shared.domain.recipient_file import FileError

EAN = "7310865004703"


@pytest.mark.parametrize(
    "text",
    [
        f"code,ean\nAB-12345,{EAN}\n",
        f"EAN;Kod;Kommentar\r\n{EAN};AB-12345;julkampanj\r\n",
        f"\ufeffkod\tean\nAB-12345\t{EAN}",
        f'\n"Code", "EAN"\n\n"AB-12345", "{EAN}"\n\n',
    ],
)
def test_a_file_is_read_whatever_program_wrote_it(text: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        (row,) = read_codes(text.encode(encoding))
        assert (row.row, row.code, row.ean) == (1, "AB-12345", EAN)


def test_a_row_without_an_ean_is_a_code_that_is_typed() -> None:
    assert [row.code for row in read_codes(b"code\n12345678\n87654321\n")] == ["12345678", "87654321"]


@pytest.mark.parametrize(
    "row",
    [
        ",7310865004703",
        "abc,",
        "hej p\u00e5 dig,",
        "x" * 41 + ",",
        "12345678,123",
        "12345678,7310865004704",
        "=1+1234,",
        "12345,,x",
    ],
)
def test_a_row_that_no_till_could_take_is_malformed_and_keeps_nothing(row: str) -> None:
    good, bad = read_codes(f"code,ean\n12345678,\n{row}\n".encode())
    assert good.code == "12345678"
    assert (bad.row, bad.code, bad.ean) == (2, "", "")


@pytest.mark.parametrize(
    "data", [b"", b"  \n", b"12345678\n", b"name,phone\na,b\n", b"code\n", b"code,kod\n1,2\n", b"\0\1"]
)
def test_a_file_without_codes_is_refused(data: bytes) -> None:
    with pytest.raises(FileError):
        read_codes(data)


def test_no_row_prints_its_code() -> None:
    (row,) = read_codes(f"code,ean\nSECRET123,{EAN}\n".encode())
    assert "SECRET" not in repr(row) and EAN not in repr(row)


@settings(derandomize=True, deadline=None)
@given(st.text("0123456789", min_size=11, max_size=11), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_makes_an_ean_wrong(digits: str, place: int, shift: int) -> None:
    (whole,) = [digits + str(check) for check in range(10) if is_ean(digits + str(check))]
    wrong = whole[:place] + str((int(whole[place]) + shift) % 10) + whole[place + 1 :]
    assert not is_ean(wrong)
