"""Lekab's words for what became of an SMS, read without a client of its service: a callback calls nobody."""

from collections.abc import Mapping

from shared.domain.delivery import DeliveryState
from shared.domain.phone_number import PhoneError, PhoneNumber, parse
from shared.ports import Receipt

FINAL_WORDS = {
    "DELIVERED": DeliveryState.DELIVERED,
    "DELETED": DeliveryState.FAILED,
    "EXPIRED": DeliveryState.FAILED,
    "REJECTED": DeliveryState.FAILED,
    "UNDELIVERABLE": DeliveryState.FAILED,
    "ABSENT_SUBSCRIBER": DeliveryState.FAILED,
    "UNKNOWN_SUBSCRIBER": DeliveryState.FAILED,
    "INVALID_DESTINATION": DeliveryState.FAILED,
    "SUBSCRIBER_ERROR": DeliveryState.FAILED,
    "ERROR": DeliveryState.FAILED,
}
"""QUEUED, SENT, ACCEPTED and UNKNOWN are not the last word: another receipt may follow."""

LONGEST_ID = 64
LONGEST_REASON = 40
LONGEST_SENDER = 16


def reference_of(found: object) -> str | None:
    """Lekab's id of an SMS as a receipt will name it; None for what is none."""
    text = str(found) if isinstance(found, str | int) else ""
    return text if 0 < len(text) <= LONGEST_ID and text.isascii() else None


def reason_of(status: str) -> str:
    """A status as the reason that a company reads."""
    word = _word(status).lower()
    return word if word.isascii() and len(word) <= LONGEST_REASON else "refused"


def read_receipt(query: Mapping[str, str]) -> Receipt | None:
    """A receipt's last word on an SMS; None for one that says nothing final or nothing we understand."""
    outcome = FINAL_WORDS.get(_word(query.get("status", "")))
    sms_ref = reference_of(query.get("id"))
    if outcome is None or sms_ref is None:
        return None
    reason = _word(query["status"]).lower() if outcome is DeliveryState.FAILED else None
    return Receipt(sms_ref, outcome, reason, _phone(query.get("to", "")), _sender(query.get("from", "")))


def _phone(number: str) -> PhoneNumber | None:
    """Lekab writes numbers without the plus."""
    try:
        return parse(f"+{number.removeprefix('+')}")
    except PhoneError:
        return None


def _sender(text: str) -> str | None:
    """The sender as we gave it: a name, or a number with its plus."""
    sender = f"+{text}" if text.isdecimal() else text
    return sender if sender.isascii() and 0 < len(sender) <= LONGEST_SENDER else None


def _word(status: str) -> str:
    return "_".join(status.upper().replace("_", " ").split())
