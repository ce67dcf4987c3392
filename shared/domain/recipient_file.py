"""A company's file of recipients, CSV or .xlsx, read into rows as Excel and others really write them."""

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct

from shared.domain import phone_number
from shared.domain.patterns import pattern
from shared.domain.sms_text import canonical_column

MAX_BYTES = 10_000_000
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_CELLS = 4_000_000  # of the rectangle that a file spans: it is laid out whole in memory
_MAX_UNZIPPED = 200_000_000
_MAX_RATIO = 200  # real workbooks shrink to a tenth, very uniform ones to a hundredth


class FileError(ValueError):
    """A file that cannot be used: `code`, and a message that says how to mend it and repeats nothing of it.

    `data` holds the figures of the message (`row`, `line`, `limit`, `columns`), counted from 1.
    """

    def __init__(self, code: str, message: str, **data: int | list[int]) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data


class RecipientTable(Struct, frozen=True):
    """`columns`: canonical names in the file's order, "" for one without a name; each of `rows` is as long.

    The rows are the CSV reader's own lists, as making anything else of 100,000 costs more than reading them.
    Row 17 of a report is `rows[16]`: blank lines are no rows.
    """

    columns: tuple[str, ...]
    rows: list[list[str]]

    def __repr__(self) -> str:
        return f"RecipientTable({len(self.rows)} rows)"

    def column(self, name: str) -> list[str]:
        """All values of one column. Raises ValueError if there is none of that name."""
        index = self.columns.index(name)
        return [row[index] for row in self.rows]


def read(data: bytes, filename: str | None = None, max_rows: int = MAX_ROWS) -> RecipientTable:
    """Read a file by its content; a `filename` only tells a damaged workbook. Raises FileError."""
    if len(data) > MAX_BYTES:
        raise FileError(
            "file_too_large", "The file is larger than 10 MB. Split it into several files.", limit=MAX_BYTES
        )
    if not data.strip():
        raise _empty()
    if data.startswith(b"PK\x03\x04"):
        return _table(_xlsx_rows(data), max_rows)
    if data.startswith((b"%PDF", b"\xd0\xcf\x11\xe0")):  # .xls and locked .xlsx begin like the second
        raise _binary()
    if (filename or "").lower().endswith(".xlsx"):
        raise _broken_workbook()
    return _table(_csv_rows(_decoded(data)), max_rows)


def csv_lines(data: bytes) -> Iterator[list[str]]:
    """The lines of any CSV file, in whatever encoding and with whatever separator. Raises FileError."""
    if len(data) > MAX_BYTES:
        raise FileError(
            "file_too_large", "The file is larger than 10 MB. Split it into several files.", limit=MAX_BYTES
        )
    return _csv_rows(_decoded(data))


def _table(lines: Iterator[list[str]], max_rows: int) -> RecipientTable:
    columns: tuple[str, ...]
    header = next((line for line in lines if not _blank(line)), None)
    if header is None:
        raise _empty()
    if _is_number(header[0]) and _blank(header[1:]):  # a bare list of numbers
        columns, lines = ("phone",), chain([header], lines)
    else:
        columns = _columns(header)
    rows = _rows(lines, len(columns), max_rows)
    if not rows:
        raise FileError("no_rows", "The file has column names but no recipients. Add one row per recipient.")
    return RecipientTable(columns, rows)


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    width = max(at for at, cell in enumerate(header, 1) if cell.strip())
    if width > MAX_COLUMNS:
        raise FileError(
            "file_too_large",
            f"The file has more than {MAX_COLUMNS:,} columns. Keep those that the message needs.",
            limit=MAX_COLUMNS,
        )
    names = [canonical_column(cell) for cell in header[:width]]
    times = Counter(names)
    if doubled := [at for at, name in enumerate(names, 1) if name and times[name] > 1]:
        raise FileError(
            "double_column",
            f"Columns {', '.join(map(str, doubled[:10]))} have names that mean the same. Keep one of each.",
            columns=doubled,
        )
    if "phone" not in names:
        raise FileError(
            "missing_phone_column",
            "No column holds phone numbers. Name it Telefon, Mobil, Mobilnummer or Phone in the first row.",
        )
    return tuple(names)


def _rows(lines: Iterable[list[str]], width: int, max_rows: int) -> list[list[str]]:
    rows: list[list[str]] = []
    for line in lines:
        if not line or (not line[0].strip() and _blank(line)):
            continue
        if len(rows) * width >= MAX_CELLS:  # short rows are filled up: a few bytes could become gigabytes
            raise _too_large_inside()
        if len(rows) == max_rows:
            raise FileError(
                "too_many_rows",
                f"The file has more than {max_rows:,} recipients. Split it into several files.",
                limit=max_rows,
            )
        if len(line) != width:
            line = _fitted(line, width, len(rows) + 1)
        rows.append(line)
    return rows


def _fitted(line: list[str], width: int, row: int) -> list[str]:
    if not _blank(line[width:]):
        raise FileError(
            "broken_file",
            f"Row {row} has more cells than there are column names. Put quotes around values that hold the "
            "separator, or name the column.",
            row=row,
        )
    return line[:width] + [""] * (width - len(line))


def _blank(cells: Sequence[str]) -> bool:
    return not any(cell.strip() for cell in cells)


def _is_number(text: str) -> bool:
    try:
        phone_number.parse(text)
    except phone_number.NotMobile:
        return True
    except phone_number.InvalidPhone:
        return False
    return True


# CSV


def _csv_rows(text: str) -> Iterator[list[str]]:
    told = _TOLD_SEPARATOR().match(text)
    text = text[told.end() :] if told else text
    delimiter = told[1] if told else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        yield from reader
    except csv.Error:
        raise FileError(
            "broken_file",
            f"Quotes do not match near line {reader.line_num}. Each quoted value needs a quote at both ends, "
            "and quotes inside it are doubled.",
            line=reader.line_num,
        ) from None


def _delimiter(text: str) -> str:
    """The one of `;`, `,` and tab that makes best sense of the first line that is not blank."""
    head = text.lstrip("\r\n \ufeff")[:65_536]

    def sense(delimiter: str) -> tuple[bool, int, int]:
        reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, skipinitialspace=True)
        cells = next(reader, [])
        return "phone" in map(canonical_column, cells), len(cells), head.count(delimiter)

    return max(";,\t", key=sense)


def _decoded(data: bytes) -> str:
    """The text of a CSV file in any encoding that Excel writes, without byte order mark."""
    encoding = _encoding(data)
    if not encoding.startswith("utf-16") and _looks_binary(data):
        raise _binary()
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise _unknown_encoding() from None
    if "\0" in text:
        raise _binary()
    if encoding == "cp1252" and _MISREAD().search(text):
        raise _unknown_encoding()
    if not text.strip("\ufeff\x1a \t\r\n"):
        raise _empty()
    return text.removeprefix("\ufeff").rstrip("\x1a")


def _encoding(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if len(data) % 2 == 0 and (wide := _utf_16_without_mark(data[:4096])):
        return wide
    try:
        data.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _utf_16_without_mark(sample: bytes) -> str | None:
    """Digits, separators and Latin letters have one byte of zero in two: always the same one."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) * 0.4 and not even:
        return "utf-16-le"
    if even > len(sample) * 0.4 and not odd:
        return "utf-16-be"
    return None


def _looks_binary(data: bytes) -> bool:
    controls = len(data) - len(data.translate(None, _CONTROLS))
    return b"\0" in data or controls * 100 > len(data)


_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1a")) + b"\x7f"
_TOLD_SEPARATOR = pattern(r'"?sep=([;,\t|])"?[^\S\n]*(?:\r\n?|\n)', re.IGNORECASE)  # Excel's own first line
# DOS, old Mac and UTF-8 letters read as Windows-1252: better refused than 100,000 misspelt names.
_MISREAD = pattern("[A-Za-zåäö][†‡„”‚™ŠŒŽ][a-zåäö]|[Ff]šrnamn|Ã[\xa0-\xbf„…†–˜™]")


# Excel


def _xlsx_rows(data: bytes) -> Iterator[list[str]]:
    _refuse_bombs(data)
    from python_calamine import CalamineError, CalamineWorkbook  # only those who upload Excel pay for it

    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            rows = workbook.get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError):
        raise _broken_workbook() from None
    return ([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _refuse_bombs(data: bytes) -> None:
    """Raises FileError for a zip that grows beyond reason, or a sheet that spans more than fits in memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise _broken_workbook() from None
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise _binary()
    unzipped = sum(part.file_size for part in parts)
    if unzipped > _MAX_UNZIPPED or unzipped > max(len(data) * _MAX_RATIO, 1_000_000):
        raise _too_large_inside()
    for part in parts:
        span, size = _Span(), 0
        for chunk in _inflated(data, part):
            size += len(chunk)
            if size > part.file_size:  # its own table of contents lies
                raise _broken_workbook()
            span.take(chunk)


def _inflated(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """What a part really unzips to, in pieces. `zipfile` itself stops at the size that the file claims."""
    local = part.header_offset
    names = int.from_bytes(data[local + 26 : local + 28], "little")
    extra = int.from_bytes(data[local + 28 : local + 30], "little")
    start = local + 30 + names + extra
    packed = data[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise _broken_workbook()
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while packed:
            yield inflater.decompress(packed, 1 << 20)
            packed = inflater.unconsumed_tail
    except zlib.error:
        raise _broken_workbook() from None


class _Span:
    """The rectangle of cells that a sheet's XML fills, read piece by piece: by references, or by counting."""

    def __init__(self) -> None:
        self._rest = b""
        self._row = self._column = self._counted_rows = 1

    def take(self, chunk: bytes) -> None:
        """Raises FileError when the rectangle grows too large."""
        text = self._rest + chunk
        self._rest = text[-32:]
        if references := _REFERENCE.findall(text):
            letters, digits = map(set, zip(*references, strict=True))
            self._row = max(self._row, *map(int, digits))
            self._column = max(self._column, *map(_column_number, letters))
        rows = text.split(b"<row")
        self._counted_rows += len(rows) - 1
        self._column = max(self._column, *(row.count(b"<c") for row in rows))
        if max(self._row, self._counted_rows) * self._column > MAX_CELLS:
            raise _too_large_inside()


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


_REFERENCE = re.compile(rb'\sr\s*=\s*["\']([A-Z]{0,3})([0-9]{1,7})["\']')


def _empty() -> FileError:
    return FileError("empty_file", "The file is empty. Save it again with column names and one row per recipient.")


def _binary() -> FileError:
    return FileError("binary_file", "The file is neither CSV nor .xlsx. Save it as one of those and try again.")


def _unknown_encoding() -> FileError:
    return FileError(
        "unknown_encoding", 'The letters of the file cannot be read. Save it as "CSV UTF-8" and try again.'
    )


def _broken_workbook() -> FileError:
    return FileError("broken_file", "The workbook cannot be opened. Save it again as .xlsx, or as CSV UTF-8.")


def _too_large_inside() -> FileError:
    return FileError(
        "file_too_large",
        "The table is too large. Copy only the recipients and the columns needed to a new file.",
    )
