"""A second factor as it is enrolled and shown. Secrets and codes are never printed."""

from datetime import datetime
from typing import ClassVar

from shared.domain.masked import Masked


class Enrolment(Masked, frozen=True):
    """Shown once: the secret as a person types it, and as an app reads it from a picture."""

    hidden: ClassVar = ("secret", "otpauth_uri")

    secret: str
    otpauth_uri: str


class Shown(Masked, frozen=True):
    """A code that somebody logged in gives, and the half minute in which they do."""

    hidden: ClassVar = ("session_hmac", "code")

    person_id: str
    session_hmac: bytes
    code: str
    step: int
    now: datetime
