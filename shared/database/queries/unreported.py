"""SMS that were handed over and of which no receipt has come: deliveries' own, and extra ones."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain.delivery import DeliveryState


class Unreported(Struct, frozen=True):
    send_id: str
    position: int
    sms_ref: str

    @property
    def place(self) -> str:
        return f"{self.send_id}:{self.position}"


class Extra(Struct, frozen=True):
    place: str
    sms_ref: str


def after(
    tx: Transaction, place: tuple[str, int], began_after: datetime, sent_before: datetime, most: int
) -> list[Unreported]:
    """From just behind the place (send, position) on: began after the one moment, sent before the other."""
    return tx.all(
        Unreported,
        "SELECT d.send_id, d.position, d.sms_ref"
        " FROM sends s JOIN deliveries d ON d.send_id = s.id AND d.company_id = s.company_id"
        " WHERE s.state IN ('processing', 'done', 'cancelled') AND s.start_at BETWEEN %s AND %s"
        " AND NOT s.test AND d.state = %s AND d.sms_ref IS NOT NULL AND d.sent_at < %s"
        " AND (d.send_id, d.position) > (%s, %s)"
        " ORDER BY d.send_id, d.position LIMIT %s /* all companies: a supplier is asked about its own SMS */",
        (began_after, sent_before, DeliveryState.SENT, sent_before, *place, most),
    )


def extra_after(tx: Transaction, after: str, began_after: datetime, sent_before: datetime, most: int) -> list[Extra]:
    """Extra SMS from just behind that id on, sent between the two moments."""
    return tx.all(
        Extra,
        "SELECT id, sms_ref FROM extra_sms WHERE state = 'sent' AND sent_at BETWEEN %s AND %s AND sms_ref IS NOT NULL"
        " AND id > %s ORDER BY id LIMIT %s /* all companies: a supplier is asked about its own SMS */",
        (began_after, sent_before, after, most),
    )
