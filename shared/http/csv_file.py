"""CSV files for programs, and for Excel in Sweden by `?format=excel`.

Programs get RFC 4180: UTF-8, commas, CRLF, times in RFC 3339, amounts with a point. Excel in Sweden opens by a double
click, with å ä ö, columns, times and amounts that it can count with: a BOM, semicolons, Swedish time, decimal commas; a
column of times says in its name whose time it is. `?language=sv` gives the columns Swedish names. In both, no cell of
text is a formula.
"""

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from flask import Request
from msgspec import Struct

from shared.domain.errors import Fault, NotAcceptable
from shared.domain.schedule import STOCKHOLM

BOM = b"\xef\xbb\xbf"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
FORMATS = ("csv", "excel")
LANGUAGES = ("en", "sv")


class Style(Struct, frozen=True):
    excel: bool
    swedish: bool = False
    """Whether columns have Swedish names."""


PLAIN = Style(excel=False)
EXCEL = Style(excel=True)


def read_style(request: Request) -> Style:
    """`?format=` and `?language=`. Raises `NotAcceptable`."""
    found = {"format": request.args.get("format", "csv"), "language": request.args.get("language", "en")}
    known = {"format": FORMATS, "language": LANGUAGES}
    faults = [
        Fault(name, "unknown", f"{name} is {' or '.join(known[name])}.")
        for name, value in found.items()
        if value not in known[name]
    ]
    if faults:
        raise NotAcceptable("The file cannot be written like this.", faults)
    return Style(found["format"] == "excel", found["language"] == "sv")


def head(
    columns: Iterable[str], times: Collection[str], style: Style = EXCEL, swedish: Mapping[str, str] | None = None
) -> bytes:
    """A file's beginning; `times` are those of the columns that hold moments, `swedish` the columns' names."""
    names = [_name(column, column in times, style, swedish or {}) for column in columns]
    return (BOM if style.excel else b"") + _written([names], style)


def lines(
    rows: Iterable[Mapping[str, object]], columns: Collection[str], times: Collection[str], style: Style = EXCEL
) -> bytes:
    """Rows as the API shows them; a column that is missing or None is empty, and a Decimal is an amount."""
    swedish_times = times if style.excel else ()
    return _written(
        (
            [_swedish_time(row.get(name)) if name in swedish_times else row.get(name) for name in columns]
            for row in rows
        ),
        style,
    )


def headers(name: str) -> tuple[tuple[str, str], ...]:
    """Of an answer that a browser keeps as a file with this name."""
    return (
        ("Content-Type", "text/csv; charset=utf-8; header=present"),
        ("Content-Disposition", f'attachment; filename="{name}.csv"'),
    )


def kronor(ore: int) -> Decimal:
    return Decimal(ore).scaleb(-2)


def harmless(cell: str) -> str:
    """A cell that no program takes for a formula: an apostrophe goes before what could be one."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _name(column: str, is_time: bool, style: Style, swedish: Mapping[str, str]) -> str:
    name = swedish.get(column, column) if style.swedish else column
    if not (is_time and style.excel):
        return name
    return f"{name} (svensk tid)" if style.swedish else f"{name}_swedish_time"


def _swedish_time(moment: object) -> str:
    if not moment:
        return ""
    return datetime.fromisoformat(str(moment)).astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S")


def _cell(value: object, style: Style) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", "," if style.excel else ".")
    if isinstance(value, int):
        return str(value)  # a number below zero is no formula
    return harmless("" if value is None else str(value))


def _written(rows: Iterable[Iterable[object]], style: Style) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if style.excel else ",", lineterminator="\r\n")
    writer.writerows([_cell(value, style) for value in row] for row in rows)
    return text.getvalue().encode()
