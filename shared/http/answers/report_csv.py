"""A send's report as a file, for programs or for Excel.

It is stored nowhere: each page of rows is read when the one before has left.
"""

import logging
from collections.abc import Iterator, Mapping

from shared.database.queries import deliveries
from shared.database.transactions import Database
from shared.domain.phone_number import written
from shared.http import csv_file
from shared.http.answers import send_views
from shared.http.answers.sends import find_send
from shared.http.call import Answer
from shared.http.csv_file import Style
from shared.privacy.delivery_id import DeliveryIds
from shared.privacy.redaction import describe

log = logging.getLogger(__name__)

ROWS_AT_ONCE = 1_000
COLUMNS = ("id", "state", "reason", "gift_state", "phone", "phone_state", "sent_at", "delivered_at")
TIMES = ("sent_at", "delivered_at")
SWEDISH = {
    "state": "status",
    "reason": "orsak",
    "gift_state": "gåvans status",
    "phone": "telefon",
    "phone_state": "numrets status",
    "sent_at": "skickat",
    "delivered_at": "levererat",
}


class ReportEnded(Exception):
    """The report broke off after its first bytes: whoever reads it sees an answer without its end."""


def send_report(
    database: Database,
    company_id: str,
    send_id: str,
    ids: DeliveryIds,
    style: Style = csv_file.PLAIN,
    *,
    test: bool = False,
) -> Answer:
    """The file, for a browser to keep. Raises `NotFound`, also for another company's."""
    with database.transaction() as tx:
        find_send(tx, company_id, send_id, test=test)
    rows = report_rows(database, company_id, send_id, ids, style)
    return Answer(200, file=rows, headers=csv_file.headers(send_id))


def report_rows(
    database: Database, company_id: str, send_id: str, ids: DeliveryIds, style: Style = csv_file.PLAIN
) -> Iterator[bytes]:
    """Some rows at a time; no connection is held while they are on their way."""
    yield csv_file.head(COLUMNS, TIMES, style, SWEDISH)
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
        shown = (_row(send_views.delivery(ids.encode(send_id, one.position), one)) for one in page)
        yield csv_file.lines(shown, COLUMNS, TIMES, style)
        after = page[-1].position


def _row(shown: Mapping[str, object]) -> dict[str, object]:
    phone = str(shown["phone"] or "")
    return {**shown, "phone": written(phone) if phone else ""}
