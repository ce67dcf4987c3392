"""The registers as files for Excel, in the form of a send's report."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from shared.http.call import Answer
from shared.http.report_csv import harmless


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Answer:
    """A file with these columns of the rows; a column that is missing or None is empty."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([harmless(_written(row.get(column))) for column in columns] for row in rows)
    headers = (
        ("Content-Type", "text/csv; charset=utf-8"),
        ("Content-Disposition", f'attachment; filename="{name}.csv"'),
    )
    return Answer(200, file=iter([b"\xef\xbb\xbf" + text.getvalue().encode()]), headers=headers)


def _written(value: object) -> str:
    return "" if value is None else str(value)
