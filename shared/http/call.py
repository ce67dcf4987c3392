"""One request as a handler sees it: read, checked, with who is asking."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from flask import Request
from msgspec import Struct

from shared.database.queries.people import Session
from shared.domain.errors import Fault, Malformed, NotAcceptable, Unauthenticated, UnsupportedMedia

if TYPE_CHECKING:
    from pydantic import BaseModel

Body = TypeVar("Body", bound="BaseModel")

LARGEST_BODY = 10_000_000
"""Bytes of JSON or of a recipient file."""

MOST_FAULTS = 100
"""Named in one answer, as of the rows of a file."""


class Answer(Struct, frozen=True):
    """Status, and a body that becomes JSON; None is an empty body."""

    status: int
    body: object | None = None
    cookie: tuple[str, timedelta] | None = None
    """The session cookie's value and its life; none at all takes it away."""
    html: str | None = None
    file: Iterator[bytes] | None = None
    """Sent as it is made; `headers` say what it is."""
    headers: tuple[tuple[str, str], ...] = ()


class Call(Struct, frozen=True):
    request: Request
    path: dict[str, str]
    """What stands in the path's `<places>`."""
    now: datetime
    session: Session | None
    staff: str = ""
    """The e-mail of UpUp's staff member where the route is staff's, and empty elsewhere."""

    @property
    def member(self) -> Session:
        """Who is logged in. Raises `Unauthenticated`; never where the route asks for a role."""
        if self.session is None:
            raise Unauthenticated("Log in to see this.")
        return self.session

    @property
    def company_id(self) -> str:
        return self.member.company_id

    @property
    def of_tests(self) -> bool:
        """Whether it is about what test keys made: by one of them, or by `?test=true`. Raises `NotAcceptable`."""
        wanted = self.request.args.get("test", "false")
        if wanted not in ("true", "false"):
            fault = Fault("test", "not_boolean", "Write test=true for what test keys made, or leave it out.")
            raise NotAcceptable("The list cannot be shown like this.", [fault])
        return self.member.is_test or wanted == "true"

    def body(self, model: type[Body]) -> Body:
        """The JSON body. Raises `UnsupportedMedia`, `Malformed`, or `NotAcceptable` with every fault at once."""
        if self.request.mimetype != "application/json":
            raise UnsupportedMedia("Send JSON with Content-Type: application/json.")
        return parse(self.request.get_data(), model)


def parse(text: bytes | str, model: type[Body]) -> Body:
    """JSON text as a model. Raises as `Call.body`."""
    from pydantic import ValidationError  # 80 ms of a cold start: a function that only shows things has no bodies

    from shared.http import body_faults

    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        faults: dict[str, Fault] = {}
        for one in error.errors(include_url=False, include_input=False):
            field = _field(one["loc"])
            faults.setdefault(field, body_faults.fault(field, one))
    if any(fault.code == body_faults.NOT_JSON for fault in faults.values()):
        raise Malformed("The body is not valid JSON.")
    raise NotAcceptable("Some fields need to be mended.", list(faults.values())[:MOST_FAULTS])


def _field(places: tuple[int | str, ...]) -> str:
    """The path to a field: no further than the item of a list, which may be made of a person's data, and not to a
    key that is no name of a field, which may be one's number. `body` stands for the whole.
    """
    shown: list[str] = []
    for place in places:
        if isinstance(place, str) and not _FIELD_NAME(place):
            break
        shown.append(str(place))
        if isinstance(place, int):
            break
    return ".".join(shown) or "body"


_FIELD_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]{0,39}").fullmatch
