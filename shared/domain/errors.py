"""Refusals: what a request may be told, with the HTTP status that says so. They are raised, never returned.

No text of a refusal repeats what was sent: it may be a person's number or name.
"""

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar

from msgspec import Struct


class Fault(Struct, frozen=True):
    """One thing wrong with one field, with a code for programs and a message that says how to mend it."""

    field: str
    code: str
    message: str


class Refusal(Exception):
    """Base of all refusals. `code` names the problem type, `title` says it in a few words."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    code: ClassVar[str] = "malformed"
    title: ClassVar[str] = "The request cannot be read"

    def __init__(self, detail: str, faults: Sequence[Fault] = (), extra: Mapping[str, object] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = list(faults)
        self.extra = extra or {}


class Malformed(Refusal):
    """400: not JSON, not the form it says it is."""


class Unauthenticated(Refusal):
    status = HTTPStatus.UNAUTHORIZED
    code = "unauthenticated"
    title = "Log in first"


class KeyMissing(Unauthenticated):
    """401 where a program's key would do as well as a person's session."""


class KeyRefused(Unauthenticated):
    """401 for a key that does not hold."""


class BalanceTooLow(Refusal):
    status = HTTPStatus.PAYMENT_REQUIRED
    code = "balance_too_low"
    title = "The balance does not cover this"


class Forbidden(Refusal):
    status = HTTPStatus.FORBIDDEN
    code = "forbidden"
    title = "You may not do this"


class ScopeMissing(Forbidden):
    """403 for a key without the scope that the call takes."""

    def __init__(self, detail: str, scope: str) -> None:
        super().__init__(detail)
        self.scope = scope


class SecondFactorRequired(Forbidden):
    """403: until the second factor is shown; the session itself is good."""

    code = "second_factor_required"
    title = "Show your second factor first"


class NotFound(Refusal):
    """404: also for what belongs to another company."""

    status = HTTPStatus.NOT_FOUND
    code = "not_found"
    title = "There is no such thing"


class MethodNotAllowed(Refusal):
    status = HTTPStatus.METHOD_NOT_ALLOWED
    code = "method_not_allowed"
    title = "This address does not take that method"

    def __init__(self, detail: str, allowed: Iterable[str]) -> None:
        super().__init__(detail)
        self.allowed = sorted(allowed)


class Conflict(Refusal):
    status = HTTPStatus.CONFLICT
    code = "conflict"
    title = "This does not fit its present state"


class SameMoment(Conflict):
    """Two wrote the same thing at once; of them this one was not done."""

    title = "Something else happened at the same time"


class TooLarge(Refusal):
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"
    title = "The request is too large"


class UnsupportedMedia(Refusal):
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    code = "unsupported_media_type"
    title = "This kind of content is not taken here"


class NotAcceptable(Refusal):
    """422: well formed, but not something UpUp can do. Names every fault at once."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "not_acceptable"
    title = "Something needs to be mended first"


class TooMany(Refusal):
    """429: more than is allowed in a time; `retry_after_seconds` later it is allowed again."""

    status = HTTPStatus.TOO_MANY_REQUESTS
    code = "too_many"
    title = "That is more than is allowed just now"

    def __init__(self, detail: str, retry_after_seconds: int) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Refusal):
    """503: a supplier or we are not able just now; trying again later works."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    code = "unavailable"
    title = "Not available just now"
    retry_after_seconds = 30
