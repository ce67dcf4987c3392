"""The body about an SMS in doubt."""

from typing import Literal

from shared.http.bodies.common import Strict


class SettleBody(Strict):
    """What a person says of an SMS in doubt."""

    outcome: Literal["sent", "resend"]
