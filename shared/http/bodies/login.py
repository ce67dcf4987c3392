"""The bodies of logging in."""

from typing import Annotated

from pydantic import StringConstraints

from shared.http.bodies.common import Email, Id, Strict


class LoginBody(Strict):
    email: Email


class CompleteLoginBody(Strict):
    token: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    account_id: Id | None = None
