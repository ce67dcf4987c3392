"""A send's report as a file for Excel in Sweden: UTF-8 with a BOM, semicolons, CRLF, and a time as 2026-11-23 10:00:00.

Excel there opens exactly this by a double click, with å ä ö and columns; programs read it as any CSV. The file is the
same whatever a browser's language is, and is stored nowhere: each page of rows is read when the one before has left.
"""

import csv
import io
import logging
from collections.abc import Iterable, Iterator, Mapping

from shared.database.queries import deliveries, sends
from shared.database.transactions import Database
from shared.domain.errors import NotFound
from shared.domain.phone_number import written
from shared.http import views
from shared.http.call import Answer
from shared.privacy.delivery_id import DeliveryIds
from shared.privacy.redaction import describe

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 1_000
COLUMNS = ("id", "state", "reason", "gift_state", "phone", "phone_state", "sent_at", "delivered_at")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class ReportEnded(Exception):
    """The report broke off after its first bytes: whoever reads it sees an answer without its end."""


def send_report(database: Database, company_id: str, send_id: str, ids: DeliveryIds) -> Answer:
    """The file, for a browser to keep. Raises `NotFound`, also for another company's."""
    with database.transaction() as tx:
        if sends.get(tx, company_id, send_id) is None:
            raise NotFound("There is no such send.")
    headers = (
        ("Content-Type", "text/csv; charset=utf-8; header=present"),
        ("Content-Disposition", f'attachment; filename="{send_id}.csv"'),
    )
    return Answer(200, file=report_rows(database, company_id, send_id, ids), headers=headers)


def report_rows(database: Database, company_id: str, send_id: str, ids: DeliveryIds) -> Iterator[bytes]:
    """Some rows at a time; no connection is held while they are on their way."""
    yield b"\xef\xbb\xbf" + _lines([COLUMNS])
    after = 0
    while True:
        try:
            with database.transaction() as tx:
                page = deliveries.page(tx, company_id, send_id, after, ROWS_AT_ONCE)
        except Exception as error:  # the server would log what it says
            log.error("a report broke off: %s", describe(error))
            raise ReportEnded from None
        if not page:
            return
        yield _lines(_row(views.delivery(ids.encode(send_id, one.position), one)) for one in page)
        after = page[-1].position


def _row(shown: Mapping[str, object]) -> list[str]:
    cells = {name: str(shown[name] or "") for name in COLUMNS}
    cells["phone"] = written(cells["phone"]) if cells["phone"] else ""
    for moment in ("sent_at", "delivered_at"):
        cells[moment] = cells[moment].partition(".")[0].replace("T", " ")
    return [harmless(cell) for cell in cells.values()]


def harmless(cell: str) -> str:
    """A cell that no program takes for a formula: an apostrophe goes before what could be one."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
