"""What is asked about a person, what is found of them, and what came of putting it right or erasing it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct, field

from shared.domain.phone_number import PhoneNumber
from shared.domain.privacy_request import Kind


class NewNames(Struct, frozen=True):
    first_name: str
    last_name: str

    def __repr__(self) -> str:
        return "NewNames(…)"


class Wanted(Struct, frozen=True):
    """A request as it is handed in: about a recipient by `phone`, else about an account holder by `email`."""

    kind: Kind
    phone: PhoneNumber | None = None
    email: str | None = None
    new_phone: PhoneNumber | None = None
    new_names: NewNames | None = None
    forget_opt_out: bool = False

    def __repr__(self) -> str:
        return f"Wanted({self.kind})"


# What is found


class HeldDelivery(Struct, frozen=True):
    """A delivery to a person. An encrypted one tells neither number nor gift."""

    send_id: str
    position: int
    state: str
    reason: str | None
    uploaded_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    phone: str | None
    encrypted: bool
    gift: str | None
    gift_state: str | None
    more_sms: int = 0
    """Resends and reminders, while the number is in clear."""

    def __repr__(self) -> str:
        return f"HeldDelivery({self.send_id}, {self.position})"


class FoundRecipient(Struct, frozen=True):
    deliveries: Sequence[HeldDelivery]
    opted_out_on: date | None


class HeldSession(Struct, frozen=True):
    """`confirmed_until`: the second factor was shown in it, and counts until then."""

    id: str
    created_at: datetime
    last_seen_on: date
    expires_at: datetime
    confirmed_until: datetime | None


class HeldKey(Struct, frozen=True):
    """An API key that the member made; `last_used_at` is the hour."""

    id: str
    name: str
    mode: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class HeldMembership(Struct, frozen=True):
    id: str
    company_id: str
    company_name: str
    role: str
    since: datetime
    attested: Sequence[tuple[str, datetime]] = ()
    """(send, moment) of the sends whose consent the member attested."""
    sessions: Sequence[HeldSession] = ()
    api_keys: Sequence[HeldKey] = ()


class HeldElsewhere(Struct, frozen=True):
    """What a supplier holds, in its own words."""

    values: Mapping[str, Any] = field(default_factory=dict)
    subscribed: bool | None = None

    def __repr__(self) -> str:
        return f"HeldElsewhere({len(self.values)} values)"


class FoundPerson(Struct, frozen=True):
    email: str
    first_name: str
    last_name: str
    memberships: Sequence[HeldMembership]
    suppliers: Mapping[str, HeldElsewhere | None] | None
    """By name what each holds; None where another company of the person's would be seen in it."""
    no_news_since: datetime | None = None
    """When it was read here that they have unsubscribed."""
    second_factor_since: datetime | None = None

    def __repr__(self) -> str:
        return f"FoundPerson({len(self.memberships)} memberships)"


# What came of it


class ErasedRecipient(Struct, frozen=True):
    """`erased` deliveries, of which `cancelled` had not left; those `waiting` have their SMS in a call just now.
    `opted_out`: they opted out, and that stays."""

    erased: int
    cancelled: int
    waiting: int
    opted_out: bool = False


ANOTHER_OWNER = "another_owner"
"""The company has no owner but the person: another is needed first."""
UNPAID_SIGNUP = "unpaid_signup"
"""A company that was signed up with the person's e-mail and never paid; it is deleted within its days."""


class ErasedPerson(Struct, frozen=True):
    """`everywhere`: they are in no other company, so the suppliers and the person's row go too."""

    membership: bool
    everywhere: bool
    waiting_for: Sequence[str]
    """Suppliers that have not confirmed, and `ANOTHER_OWNER` or `UNPAID_SIGNUP`."""


class Moved(Struct, frozen=True):
    """Deliveries that had not left: with the new number now, or let go as the new number `opted_out`, or else is in
    the send already."""

    rectified: int
    let_go: int
    opted_out: bool = False


class RectifiedRecipient(Struct, frozen=True):
    moved: Moved
    erased: ErasedRecipient


class Renamed(Struct, frozen=True):
    waiting_for: Sequence[str]
    """Suppliers that do not know the new names yet."""


Result = FoundRecipient | FoundPerson | ErasedRecipient | ErasedPerson | RectifiedRecipient | Renamed
