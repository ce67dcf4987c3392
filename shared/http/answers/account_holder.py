"""What is held of an account holder, as their own request shows it. Nothing of it is kept."""

from typing import Annotated, Any

from typing_extensions import TypedDict

from shared.domain.api_key import Mode
from shared.domain.persons_data import FoundPerson, HeldKey, HeldMembership, HeldSession
from shared.http.answers.fields import AccountId, Day, Email, KeyId, Moment, Role, SendId, SessionId, one_of
from shared.http.answers.moments import moment


class PersonsNames(TypedDict):
    email: Email
    first_name: str
    last_name: str


class AttestedSend(TypedDict):
    send_id: SendId
    at: Moment


class SessionHeld(TypedDict):
    """`confirmed_until`: the second factor was shown in it, and counts until then."""

    id: SessionId
    created_at: Moment
    last_seen_on: Day
    expires_at: Moment
    confirmed_until: Moment | None


class KeyHeld(TypedDict):
    """An API key that the member made. `last_used_at`: the hour."""

    id: KeyId
    name: str
    mode: Annotated[str, one_of(Mode)]
    created_at: Moment
    expires_at: Moment | None
    revoked_at: Moment | None
    last_used_at: Moment | None


class MembershipHeld(TypedDict):
    account_id: AccountId
    company_name: str
    role: Role
    since: Moment
    attested_sends: list[AttestedSend]
    sessions: list[SessionHeld]
    api_keys: list[KeyHeld]


class HeldBySupplier(TypedDict):
    """In the supplier's own words."""

    values: dict[str, Any]
    subscribed: bool | None


class AccountHolderFound(TypedDict):
    """`suppliers` by name: what each holds, or null where it holds nothing. `no_news_since`: they have unsubscribed.
    `second_factor_since`: null without one; its secret and its recovery codes are shown once, when they are made.
    """

    person: PersonsNames
    memberships: list[MembershipHeld]
    suppliers: dict[str, HeldBySupplier | None]
    no_news_since: Moment | None
    second_factor_since: Moment | None
    note: str | None


def account_holder_found(found: FoundPerson) -> AccountHolderFound:
    there = found.suppliers or {}
    return {
        "person": {"email": found.email, "first_name": found.first_name, "last_name": found.last_name},
        "memberships": [_membership(one) for one in found.memberships],
        "suppliers": {
            name: {"values": dict(held.values), "subscribed": held.subscribed} if held else None
            for name, held in there.items()
        },
        "no_news_since": moment(found.no_news_since),
        "second_factor_since": moment(found.second_factor_since),
        "note": None if found.suppliers else "The person is in other companies too: only what is of yours is shown.",
    }


def _membership(one: HeldMembership) -> MembershipHeld:
    return {
        "account_id": one.company_id,
        "company_name": one.company_name,
        "role": one.role,
        "since": moment(one.since),
        "attested_sends": [{"send_id": send_id, "at": moment(at)} for send_id, at in one.attested],
        "sessions": [_session(session) for session in one.sessions],
        "api_keys": [_key(key) for key in one.api_keys],
    }


def _session(one: HeldSession) -> SessionHeld:
    return {
        "id": one.id,
        "created_at": moment(one.created_at),
        "last_seen_on": one.last_seen_on.isoformat(),
        "expires_at": moment(one.expires_at),
        "confirmed_until": moment(one.confirmed_until),
    }


def _key(one: HeldKey) -> KeyHeld:
    return {
        "id": one.id,
        "name": one.name,
        "mode": one.mode,
        "created_at": moment(one.created_at),
        "expires_at": moment(one.expires_at),
        "revoked_at": moment(one.revoked_at),
        "last_used_at": moment(one.last_used_at),
    }
