"""A second factor as it is enrolled and shown. Secrets and codes are never printed."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Shown once: the secret as a person types it, and as an app reads it from a picture."""

    secret: str = field(repr=False)
    otpauth_uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """A code that somebody logged in gives, and the half minute in which they do."""

    person_id: str
    session_hmac: bytes = field(repr=False)
    code: str = field(repr=False)
    step: int
    now: datetime
