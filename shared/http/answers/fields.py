"""The types of what answers hold, as the API's description tells them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

ACCOUNT_STATES = ("pending", "active", "past_due", "closing", "closed")
GIFT_STATES = ("none", "issued", "opened", "redeemed", "expired", "voided")


class Told:
    """pydantic's `WithJsonSchema`, without pydantic, which takes 80 ms of a cold start: only the description asks."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema

    def __get_pydantic_json_schema__(self, core_schema: object, handler: object) -> dict[str, Any]:
        return dict(self._schema)


def one_of(choices: type[StrEnum] | tuple[str, ...]) -> Told:
    """Of text that is always one of these."""
    return Told({"type": "string", "enum": [str(one) for one in choices]})


def _id(prefix: str) -> Told:
    return Told({"type": "string", "pattern": f"^{prefix}_[a-z0-9]{{1,40}}$"})


Moment = Annotated[str, Told({"type": "string", "format": "date-time", "description": "RFC 3339, UTC"})]
Day = Annotated[str, Told({"type": "string", "format": "date"})]
Ore = Annotated[int, Told({"type": "integer", "format": "int64", "description": "Whole öre"})]
Currency = Annotated[str, Told({"const": "SEK"})]
Url = Annotated[str, Told({"type": "string", "format": "uri"})]
Email = Annotated[str, Told({"type": "string", "format": "email"})]

AccountId = Annotated[str, _id("acc")]
AttemptId = Annotated[str, _id("att")]
BreachId = Annotated[str, _id("brc")]
DeadLetterId = Annotated[str, _id("ded")]
DeliveryId = Annotated[str, _id("dlv")]
DomainId = Annotated[str, _id("lnd")]
DisclosureId = Annotated[str, _id("dis")]
EndpointId = Annotated[str, _id("whe")]
GrantId = Annotated[str, _id("grt")]
KeyId = Annotated[str, _id("key")]
InvitationId = Annotated[str, _id("inv")]
MemberId = Annotated[str, _id("mbr")]
MessageId = Annotated[str, _id("evt")]
CallerId = Annotated[str, Told({"type": "string", "pattern": "^(mbr|key)_[a-z0-9]{1,40}$"})]
"""A member, or a program by its key."""
OptOutId = Annotated[str, _id("opt")]
PersonId = Annotated[str, _id("per")]
RequestId = Annotated[str, _id("prq")]
SessionId = Annotated[str, _id("ses")]
SenderId = Annotated[str, _id("snm")]
SendId = Annotated[str, _id("snd")]
SmsId = Annotated[str, _id("xms")]

Role = Annotated[str, one_of(("owner", "sender", "viewer"))]
