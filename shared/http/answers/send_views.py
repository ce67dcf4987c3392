"""Sends and deliveries as the API shows them."""

from typing import Annotated

from typing_extensions import TypedDict

from shared.database.queries import sends
from shared.database.queries.deliveries import Shown
from shared.domain.delivery import DeliveryState
from shared.domain.gift import GiftState
from shared.http.answers.fields import (
    GIFT_STATES,
    DeliveryId,
    Moment,
    Ore,
    SendId,
    Url,
    one_of,
)
from shared.http.answers.moments import moment

SEND_STATES = ("scheduled", "processing", "done", "cancelled")
PHONE_STATES = ("clear", "encrypted", "erased")


class Recipients(TypedDict):
    accepted: int
    duplicate: int
    invalid: int
    opted_out: int


class SendConsent(TypedDict):
    legal_basis: str
    text_version: str


class Reminders(TypedDict):
    """From when on those who have not opened the gift are reminded, how many have been, and how many were left out as
    the balance did not cover theirs."""

    at: Moment
    language: Annotated[str, one_of(("sv", "en"))]
    sent: int
    left_out: int


class Send(TypedDict):
    """A send with its progress: `deliveries` counts by state. Gift, price and reminders are null once it is encrypted,
    and so are reminders that nobody asked for. A `test` was made by a test key: it reaches nobody and costs nothing."""

    id: SendId
    state: Annotated[str, one_of(SEND_STATES)]
    gift: str | None
    sender: str
    recipients: Recipients
    deliveries: dict[str, int]
    sms_parts: int
    price_ore: Ore | None
    consent: SendConsent
    phone_state: Annotated[str, one_of(("clear", "encrypted"))]
    created_at: Moment
    scheduled_at: Moment | None
    encrypt_at: Moment
    encrypted_at: Moment | None
    erase_at: Moment
    reminders: Reminders | None
    test: bool


class Delivery(TypedDict):
    """One recipient of a send. Once encrypted, number, gift and resends are null. `gift_link` is a test's alone: nobody
    gets it in an SMS."""

    id: DeliveryId
    state: Annotated[str, one_of(DeliveryState)]
    reason: str | None
    gift_state: Annotated[str, one_of(GIFT_STATES)] | None
    phone: str | None
    phone_state: Annotated[str, one_of(PHONE_STATES)]
    sent_at: Moment | None
    delivered_at: Moment | None
    resends: int | None
    gift_link: Url | None


def send(one: sends.Send, counts: dict[tuple[str, str], int], reminded: dict[str, int]) -> Send:
    """`counts` of deliveries by send and state, `reminded` of reminders that have left by send."""
    states = {state.value: counts.get((one.id, state), 0) for state in DeliveryState}
    return {
        "id": one.id,
        "state": one.state,
        "gift": one.gift_code,
        "sender": one.sender,
        "recipients": {
            "accepted": one.accepted,
            "duplicate": one.duplicates,
            "invalid": one.invalid,
            "opted_out": one.opted_out,
        },
        "deliveries": states,
        "sms_parts": one.sms_parts,
        "price_ore": None if one.price_ore is None else one.price_ore * one.accepted,
        "consent": {"legal_basis": one.legal_basis, "text_version": one.consent_version},
        "phone_state": "encrypted" if one.encrypted_at else "clear",
        "created_at": moment(one.created_at),
        "scheduled_at": moment(one.start_at) if one.start_at > one.created_at else None,
        "encrypt_at": moment(one.encrypt_at),
        "encrypted_at": moment(one.encrypted_at),
        "erase_at": moment(one.erase_at),
        "reminders": _reminders(one, reminded),
        "test": bool(one.test),
    }


def _reminders(one: sends.Send, reminded: dict[str, int]) -> Reminders | None:
    if one.remind_at is None:
        return None
    return {
        "at": moment(one.remind_at),
        "language": one.reminder_language or "sv",
        "sent": reminded.get(one.id, 0),
        "left_out": one.reminders_left_out,
    }


def gift_state(state: str | None) -> str:
    """Of a delivery whose gift is known; None is one without a gift."""
    return GiftState(state).shown if state else "none"


def phone_state(phone: str | None, encrypted: bool) -> str:
    return "encrypted" if encrypted else "clear" if phone else "erased"


def delivery(delivery_id: str, one: Shown, gift_link: str | None = None) -> Delivery:
    state = phone_state(one.phone, one.encrypted)
    return {
        "id": delivery_id,
        "state": one.state,
        "reason": one.reason,
        "gift_state": gift_state(one.gift_state) if state == "clear" else None,
        "phone": one.phone,
        "phone_state": state,
        "sent_at": moment(one.sent_at),
        "delivered_at": moment(one.delivered_at),
        "resends": one.resends if state == "clear" else None,
        "gift_link": gift_link,
    }
