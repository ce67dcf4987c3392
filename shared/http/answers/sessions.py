"""A person's own sessions and second factor, as the API shows them."""

from datetime import datetime

from typing_extensions import TypedDict

from shared.database.queries import second_factors, sessions
from shared.database.queries.people import Session
from shared.database.transactions import Transaction
from shared.domain.second_factor import Enrolment
from shared.http.answers.fields import Day, Moment, SessionId
from shared.http.answers.moments import moment
from shared.http.paging import Whole


class SessionShown(TypedDict):
    """`current`: the one that asks."""

    id: SessionId
    created_at: Moment
    last_seen_on: Day
    current: bool


class SecondFactor(TypedDict):
    """Whether the person has one that counts, whether the company asks for one, and until when this session may do
    what asks for care."""

    enrolled: bool
    required: bool
    confirmed_until: Moment | None
    recovery_codes_left: int


class Enrolled(TypedDict):
    """Shown this once: type the secret into an authenticator app, or make a QR code of the URI."""

    secret: str
    otpauth_uri: str


class RecoveryCodes(TypedDict):
    """Shown this once. Each works once in place of a code, for whoever has lost their phone."""

    recovery_codes: list[str]


class Confirmed(TypedDict):
    confirmed_until: Moment


def session_list(tx: Transaction, member: Session, current_hmac: bytes, now: datetime) -> Whole[SessionShown]:
    found = sessions.of_member(tx, member.company_id, member.member_id, now)
    return {
        "items": [
            {
                "id": one.id,
                "created_at": moment(one.created_at),
                "last_seen_on": one.last_seen_on.isoformat(),
                "current": one.token_hmac == current_hmac,
            }
            for one in found
        ]
    }


def second_factor(tx: Transaction, member: Session, current_hmac: bytes, now: datetime) -> SecondFactor:
    asked = second_factors.asked(tx, current_hmac, member.company_id, member.person_id)
    until = asked.confirmed_until if asked.confirmed_until and asked.confirmed_until > now else None
    return {
        "enrolled": asked.has_factor,
        "required": asked.is_required,
        "confirmed_until": moment(until),
        "recovery_codes_left": second_factors.recovery_codes_left(tx, member.person_id),
    }


def enrolled(one: Enrolment) -> Enrolled:
    return {"secret": one.secret, "otpauth_uri": one.otpauth_uri}


def recovery_codes(codes: list[str]) -> RecoveryCodes:
    return {"recovery_codes": codes}


def confirmed(until: datetime) -> Confirmed:
    return {"confirmed_until": moment(until)}
