"""SMS in doubt, and the receipts that may be about them: matched by a keyed hash of the number, and the sender."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain.delivery import DeliveryState


class Doubt(Struct, frozen=True):
    send_id: str
    position: int
    company_id: str
    number_hmac: bytes
    sender: str
    since: datetime
    for_a_person: bool = False
    """No receipt settles it: another company's doubt about the number was erased, and which one it is about is gone."""


class Unmatched(Struct, frozen=True):
    """A receipt whose id no delivery has."""

    sms_ref: str
    outcome: DeliveryState
    reason: str | None
    number_hmac: bytes
    sender: str
    received_at: datetime


DOUBT = "send_id, position, company_id, number_hmac, sender, since"


def add(tx: Transaction, doubts: Sequence[Doubt]) -> None:
    """Again changes nothing."""
    tx.insert_many(
        f"INSERT IGNORE INTO sms_doubts ({DOUBT}) VALUES (%s, %s, %s, %s, %s, %s)",
        [(one.send_id, one.position, one.company_id, one.number_hmac, one.sender, one.since) for one in doubts],
    )


def settled(tx: Transaction, company_id: str, send_id: str, positions: Sequence[int]) -> None:
    """Forget doubts about deliveries whose outcome is known."""
    if positions:
        tx.execute(
            "DELETE FROM sms_doubts WHERE send_id = %s AND company_id = %s AND position IN %s",
            (send_id, company_id, list(positions)),
        )


def forget_send(tx: Transaction, company_id: str, send_id: str) -> None:
    tx.execute("DELETE FROM sms_doubts WHERE send_id = %s AND company_id = %s", (send_id, company_id))


def of_numbers(tx: Transaction, number_hmacs: Sequence[bytes]) -> list[Doubt]:
    """The doubts about these numbers, locked."""
    if not number_hmacs:
        return []
    return tx.all(
        Doubt,
        f"SELECT {DOUBT}, for_a_person FROM sms_doubts WHERE number_hmac IN %s FOR UPDATE"
        " /* all companies: a receipt names the number only */",
        (list(number_hmacs),),
    )


def numbers(tx: Transaction, most: int) -> list[bytes]:
    """Numbers in doubt for which an unmatched receipt is kept."""
    return tx.values(
        "SELECT DISTINCT d.number_hmac FROM sms_doubts d JOIN early_receipts r"
        " ON r.number_hmac = d.number_hmac AND r.sender = d.sender WHERE NOT d.for_a_person LIMIT %s"
        " /* all companies: a receipt names the number only */",
        (most,),
    )


def receipts_of_numbers(tx: Transaction, number_hmacs: Sequence[bytes]) -> list[Unmatched]:
    """The receipts kept for these numbers, locked."""
    if not number_hmacs:
        return []
    return tx.all(
        lambda ref, outcome, *rest: Unmatched(ref, DeliveryState(outcome), *rest),
        "SELECT sms_ref, outcome, reason, number_hmac, sender, received_at FROM early_receipts"
        " WHERE number_hmac IN %s AND sender IS NOT NULL FOR UPDATE",
        (list(number_hmacs),),
    )


def another_is_being_sent(tx: Transaction, doubt: Doubt) -> bool:
    """Whether the receipt could be about another SMS to the same person: one of this company that is still in its call,
    or an extra one, in its call or in doubt."""
    return bool(
        tx.value(
            "SELECT 1 FROM deliveries mine JOIN deliveries other ON other.company_id = mine.company_id"
            " AND other.fingerprint = mine.fingerprint AND other.state = 'sending'"
            " WHERE mine.send_id = %s AND mine.position = %s AND mine.company_id = %s LIMIT 1",
            (doubt.send_id, doubt.position, doubt.company_id),
        )
        or tx.value(  # an extra SMS has no doubt of its own: a receipt of one in doubt knows the number only
            "SELECT 1 FROM extra_sms x JOIN sends s ON s.id = x.send_id AND s.sender = %s"
            " JOIN deliveries other ON other.send_id = x.send_id AND other.position = x.position"
            " JOIN deliveries mine ON mine.phone = other.phone"
            " AND mine.send_id = %s AND mine.position = %s AND mine.company_id = %s"
            " WHERE x.state IN ('sending', 'unknown') AND x.due_at IS NOT NULL LIMIT 1"
            " /* all companies: a receipt names the number only */",
            (doubt.sender, doubt.send_id, doubt.position, doubt.company_id),
        )
    )
