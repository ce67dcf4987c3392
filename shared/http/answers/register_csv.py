"""The registers as files for Excel, in the form of a send's report."""

from collections.abc import Collection, Iterable, Mapping

from shared.http import csv_file
from shared.http.call import Answer


def csv_answer(
    name: str, columns: Collection[str], rows: Iterable[Mapping[str, object]], times: Collection[str] = ()
) -> Answer:
    """A file with these columns of the rows; a column that is missing or None is empty, and `times` hold moments."""
    headers = (
        ("Content-Type", "text/csv; charset=utf-8"),
        ("Content-Disposition", f'attachment; filename="{name}.csv"'),
    )
    whole = csv_file.head(columns, times) + csv_file.lines(rows, columns, times)
    return Answer(200, file=iter([whole]), headers=headers)
