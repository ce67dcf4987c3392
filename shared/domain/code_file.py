"""A supplier's file of codes, row by row: what can go into stock, and what is wrong with the rest."""

import re
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from shared.domain.ean import is_ean
from shared.domain.recipient_file import MAX_ROWS, FileError, csv_lines

NO_POOL = "No gift is given from a pool of this product."

NAMES = {"kod": "code", "code": "code", "ean": "ean"}
"""Of the columns, in Swedish or English."""

_CODE = re.compile(r"[A-Za-z0-9-]{4,40}").fullmatch


class RowOutcome(StrEnum):
    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    KNOWN = "known"
    MALFORMED = "malformed"


class CodeRow(Struct, frozen=True):
    """One (EAN, typed code), or neither where the row is malformed. A code is worth money: it is never printed."""

    row: int
    ean: str = ""
    code: str = ""

    def __repr__(self) -> str:
        return f"CodeRow({self.row})"


class Imported(Struct, frozen=True):
    """How many rows came to what, and the first hundred that were not imported, by number."""

    counts: Counter[RowOutcome]
    left_out: list[tuple[int, RowOutcome]]


def read_codes(data: bytes) -> list[CodeRow]:
    """The file's rows, counted from 1; its columns are `kod` or `code`, and `ean` where there is one.

    Raises `FileError`, which repeats nothing of the file.
    """
    lines = (line for line in csv_lines(data) if any(cell.strip() for cell in line))
    columns = [NAMES.get(cell.strip().casefold(), "") for cell in next(lines, [])]
    if columns.count("code") != 1 or columns.count("ean") > 1:
        raise FileError("missing_code_column", 'The first row names the columns: "code", and "ean" if there is one.')
    rows = []
    for number, line in enumerate(lines, start=1):
        if number > MAX_ROWS:
            raise FileError("too_many_rows", f"At most {MAX_ROWS:,} codes are taken at once. Split the file.")
        rows.append(_read(number, columns, line))
    if not rows:
        raise FileError("no_rows", "The file has column names but no codes.")
    return rows


def _read(number: int, columns: Sequence[str], line: Sequence[str]) -> CodeRow:
    cells = dict(zip(columns, (cell.strip() for cell in line), strict=False))
    code, ean = cells.get("code", ""), cells.get("ean", "")
    fits = _CODE(code) and (not ean or is_ean(ean)) and not any(cell.strip() for cell in line[len(columns) :])
    return CodeRow(number, ean, code) if fits else CodeRow(number)
