"""Files for Excel in Sweden: UTF-8 with a BOM, semicolons, CRLF, and Swedish time as 2026-11-23 10:00:00.

Excel there opens exactly this by a double click, with å ä ö, columns and times that it can count with; programs read
it as any CSV. A column of times says in its name whose time it is.
"""

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from shared.domain.schedule import STOCKHOLM

BOM = b"\xef\xbb\xbf"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def head(columns: Iterable[str], times: Collection[str]) -> bytes:
    """A file's beginning; `times` are those of the columns that hold moments."""
    names = (f"{column}_swedish_time" if column in times else column for column in columns)
    return BOM + _written([names])


def lines(rows: Iterable[Mapping[str, object]], columns: Collection[str], times: Collection[str]) -> bytes:
    """Rows as the API shows them; a column that is missing or None is empty."""
    return _written(
        (_swedish_time(row.get(column)) if column in times else row.get(column) for column in columns) for row in rows
    )


def harmless(cell: str) -> str:
    """A cell that no program takes for a formula: an apostrophe goes before what could be one."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _swedish_time(moment: object) -> str:
    if not moment:
        return ""
    return datetime.fromisoformat(str(moment)).astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S")


def _written(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([harmless("" if cell is None else str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode()
