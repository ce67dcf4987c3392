"""Rows as the API shows them."""

from datetime import date, datetime

from shared.database.queries.companies import Company
from shared.database.queries.deliveries import Shown
from shared.database.queries.money import Balance
from shared.database.queries.people import Membership
from shared.database.queries.sends import Send
from shared.domain.agreement import Because
from shared.domain.consent import DPAS, Dpas, current_dpa, must_accept
from shared.domain.delivery import DeliveryState
from shared.domain.gift import Gift, GiftState, OpenedGift


def moment(value: datetime | None) -> str | None:
    """RFC 3339 in UTC."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if value else None


def account(company: Company, balance: Balance, today: date, dpas: Dpas = DPAS) -> dict[str, object]:
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
        "created_at": moment(company.created_at),
    }


def _closing(company: Company) -> dict[str, object]:
    """Of an agreement that ends: until when it can be taken back, if it can."""
    return {
        "since": moment(company.closing_at),
        "ends_at": moment(company.ends_at),
        "because": company.closing_because,
        "can_be_taken_back": company.closing_because == Because.OWNER,
    }


def gift(one: Gift, available: bool) -> dict[str, object]:
    return {
        "code": one.code,
        "name": {"sv": one.name_sv, "en": one.name_en},
        "kind": one.kind,
        "price_ore": one.price_ore,
        "face_value_ore": one.face_value_ore,
        "voucher_type": one.voucher_type,
        "available": available,
    }


def send(one: Send, counts: dict[tuple[str, str], int]) -> dict[str, object]:
    """A send with its progress. Gift and price are null once its recipients are encrypted."""
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
    }


def gift_state(state: str | None) -> str:
    """Of a delivery whose gift is known; None is one without a gift."""
    return GiftState(state).shown if state else "none"


def phone_state(phone: str | None, encrypted: bool) -> str:
    return "encrypted" if encrypted else "clear" if phone else "erased"


def delivery(delivery_id: str, one: Shown) -> dict[str, object]:
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
    }


def logged_in(chosen: Membership, memberships: list[Membership]) -> dict[str, object]:
    """Where the session is, and the person's other accounts to choose from."""
    return {
        "account_id": chosen.company_id,
        "role": chosen.role,
        "accounts": [{"id": one.company_id, "company_name": one.company_name, "role": one.role} for one in memberships],
    }


def opened_gift(found: OpenedGift) -> dict[str, object]:
    """What the recipient's page shows. The codes are null once they are of no use."""
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
    }
