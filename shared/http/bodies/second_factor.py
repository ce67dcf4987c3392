"""The bodies of what is sent about a second factor."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared.clock import totp_step
from shared.domain.second_factor import Shown
from shared.http.bodies.common import Strict
from shared.http.call import Call
from shared.http.careful import CODES
from shared.http.rate_limit import Parts, count


def _unspaced(text: str) -> str:
    return "".join(text.split())


class CodeBody(Strict):
    """Six digits of an authenticator app, or a recovery code."""

    code: Annotated[str, StringConstraints(min_length=6, max_length=40), AfterValidator(_unspaced)]


def read_code(parts: Parts, call: Call, session_hmac: bytes) -> Shown:
    """The code that is given, counted. Raises `TooMany`."""
    code = call.body(CodeBody).code
    count(parts, CODES, call.member.person_id, call.now)
    return Shown(call.member.person_id, session_hmac, code, totp_step(), call.now)
