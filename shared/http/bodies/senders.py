"""The bodies about senders."""

from typing import Annotated

from pydantic import StringConstraints

from shared.http.bodies.common import Id, Strict


class SenderBody(Strict):
    sender: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class GiveSenderBody(SenderBody):
    account_id: Id
