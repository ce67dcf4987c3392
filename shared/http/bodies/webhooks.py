"""The bodies about webhook endpoints."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema, model_validator

from shared.domain.webhook import SUBSCRIBABLE
from shared.domain.webhook_endpoint import LONGEST_DESCRIPTION, LONGEST_URL, EndpointChange, WantedEndpoint
from shared.http.bodies.common import Line, Strict
from shared.http.body_faults import rule


def _event(name: str) -> str:
    if name not in SUBSCRIBABLE:
        raise rule("not_one_of", f"Choose among {', '.join(SUBSCRIBABLE)}.")
    return name


Event = Annotated[str, AfterValidator(_event), WithJsonSchema({"type": "string", "enum": list(SUBSCRIBABLE)})]
Events = Annotated[list[Event], Field(min_length=1, max_length=len(SUBSCRIBABLE))]
Address = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_URL),
    WithJsonSchema({"type": "string", "format": "uri", "maxLength": LONGEST_URL}),
]
"""Judged where it is written down: the sandbox takes addresses that nobody else does."""
Description = Annotated[Line, StringConstraints(max_length=LONGEST_DESCRIPTION)]


class EndpointBody(Strict):
    url: Address
    events: Events
    description: Description = ""

    def wanted(self) -> WantedEndpoint:
        return WantedEndpoint(self.url, self.events, self.description)


class EndpointChangeBody(Strict):
    """`enabled`: whether it is called. Enabling one that UpUp has given up begins anew."""

    url: Address | None = None
    events: Events | None = None
    description: Description | None = None
    enabled: bool | None = None

    @model_validator(mode="after")
    def _something(self) -> "EndpointChangeBody":
        if all(one is None for one in (self.url, self.events, self.description, self.enabled)):
            raise ValueError("Say what is to be changed: url, events, description or enabled.")
        return self

    def change(self) -> EndpointChange:
        return EndpointChange(self.url, self.events, self.description, self.enabled)
