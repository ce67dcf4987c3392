"""The body of a resend."""

from datetime import datetime

from shared.domain.extra_sms import Language
from shared.domain.schedule import start_at
from shared.http.bodies.common import Strict


class ResendBody(Strict):
    """The language of the fixed text; `quiet_hours`, as of a send, whether it waits for the morning."""

    language: Language = "sv"
    quiet_hours: bool | None = None

    def leaves_at(self, now: datetime, quiet_hours: bool) -> datetime:
        """`quiet_hours`: where the body does not say."""
        return start_at(now, None, quiet_hours if self.quiet_hours is None else self.quiet_hours)
