"""Rows as the API shows them."""

from datetime import date, datetime
from typing import Annotated, overload

from typing_extensions import TypedDict

from shared.database.queries import sends
from shared.database.queries.companies import Company
from shared.database.queries.deliveries import Shown
from shared.database.queries.money import Balance
from shared.database.queries.people import Membership
from shared.domain.agreement import Because
from shared.domain.consent import DPAS, Dpas, current_dpa, must_accept
from shared.domain.delivery import DeliveryState
from shared.domain.gift import GiftState, OpenedGift
from shared.http.answers.fields import AccountId, Currency, Day, DeliveryId, Moment, Ore, Role, SendId, Url, one_of

ACCOUNT_STATES = ("pending", "active", "past_due", "closing", "closed")
SEND_STATES = ("scheduled", "processing", "done", "cancelled")
GIFT_STATES = ("none", "issued", "opened", "redeemed", "expired", "voided")
PHONE_STATES = ("clear", "encrypted", "erased")


class RetentionDays(TypedDict):
    """Days from the upload."""

    encrypt_after_days: int
    erase_after_days: int


class Dpa(TypedDict):
    """Which agreement holds; `accept_by` is null where there is none to accept."""

    accepted_version: str
    current_version: str
    accept_by: Day | None


class Closing(TypedDict):
    """Of an agreement that ends: until when it can be taken back, if it can."""

    since: Moment | None
    ends_at: Moment | None
    because: Annotated[str, one_of(Because)] | None
    can_be_taken_back: bool


class Stopped(TypedDict):
    """That UpUp has stopped the company for now: nothing is sent, and it can only read."""

    since: Moment
    reason: str | None


class Account(TypedDict):
    """`balance_ore` is what is free; `reserved_ore` is held for sends and gifts under way."""

    id: AccountId
    company_name: str
    org_number: str
    plan: str
    state: Annotated[str, one_of(ACCOUNT_STATES)]
    balance_ore: Ore
    reserved_ore: Ore
    currency: Currency
    retention: RetentionDays
    dpa_version: str
    dpa: Dpa
    closing: Closing | None
    stopped: Stopped | None
    second_factor_required: bool
    created_at: Moment


class Name(TypedDict):
    sv: str
    en: str


class GiftOnSale(TypedDict):
    """The price is all that leaves the balance, with its VAT; the shop gives `face_value_ore`.

    `picture` is a path of the web pages.

    `most_per_send` and `most_per_month`, of a company in a Swedish month, count recipients; null is no limit.
    """

    code: str
    name: Name
    kind: Annotated[str, one_of(("goods", "experience"))]
    price_ore: Ore
    face_value_ore: Ore
    voucher_type: Annotated[str, one_of(("single_purpose", "multi_purpose"))]
    available: bool
    description: Name
    how_to_use: Name
    picture: str | None
    supplier: str | None
    validity_days: int
    minimum_age: int | None
    id_required: bool
    most_per_send: int | None
    most_per_month: int | None


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


class AccountOfPerson(TypedDict):
    id: AccountId
    company_name: str
    role: Role


class LoggedIn(TypedDict):
    """Where the session is, and the person's accounts to choose from."""

    account_id: AccountId
    role: Role
    accounts: list[AccountOfPerson]


class GiftShown(TypedDict):
    code: str
    name: Name
    kind: Annotated[str, one_of(("goods", "experience"))]
    face_value_ore: Ore


Opened = TypedDict(
    "Opened",
    {
        "from": str | None,
        "gift": GiftShown,
        "ean": str | None,
        "code": str | None,
        "valid_until": Day,
        "state": Annotated[str, one_of(GIFT_STATES)],
        "test": bool,
    },
)
"""What the recipient's page shows. The codes are null once they are of no use."""


@overload
def moment(value: datetime) -> str: ...
@overload
def moment(value: datetime | None) -> str | None: ...
def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if value else None


def account(
    company: Company,
    balance: Balance,
    today: date,
    stopped: Stopped | None = None,
    second_factor_required: bool = False,
    dpas: Dpas = DPAS,
) -> Account:
    missing = must_accept(company.dpa_version, today, dpas)
    return {
        "id": company.id,
        "company_name": company.name,
        "org_number": company.org_number,
        "plan": company.plan,
        "state": company.state,
        "balance_ore": balance.available_ore,
        "reserved_ore": balance.held_ore,
        "currency": "SEK",
        "retention": {
            "encrypt_after_days": company.encrypt_after_days,
            "erase_after_days": company.erase_after_days,
        },
        "dpa_version": company.dpa_version,
        "dpa": {
            "accepted_version": company.dpa_version,
            "current_version": current_dpa(today, dpas).version,
            "accept_by": missing.accept_by.isoformat() if missing else None,
        },
        "closing": _closing(company) if company.ends_at else None,
        "stopped": stopped,
        "second_factor_required": second_factor_required,
        "created_at": moment(company.created_at),
    }


def _closing(company: Company) -> Closing:
    return {
        "since": moment(company.closing_at),
        "ends_at": moment(company.ends_at),
        "because": company.closing_because,
        "can_be_taken_back": company.closing_because == Because.OWNER,
    }


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


def logged_in(chosen: Membership, memberships: list[Membership]) -> LoggedIn:
    return {
        "account_id": chosen.company_id,
        "role": chosen.role,
        "accounts": accounts_of(memberships),
    }


def accounts_of(memberships: list[Membership]) -> list[AccountOfPerson]:
    return [{"id": one.company_id, "company_name": one.company_name, "role": one.role} for one in memberships]


def opened_gift(found: OpenedGift) -> Opened:
    return {
        "from": found.sender or None,
        "gift": {
            "code": found.gift.code,
            "name": {"sv": found.gift.name_sv, "en": found.gift.name_en},
            "kind": found.gift.kind,
            "face_value_ore": found.gift.face_value_ore,
        },
        "ean": found.ean or None,
        "code": found.code or None,
        "valid_until": found.valid_until.isoformat(),
        "state": found.state.shown,
        "test": found.test,
    }
