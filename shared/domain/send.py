"""A send as a company asks for it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.domain.errors import Fault
from shared.domain.recipient_file import RecipientTable
from shared.domain.reminder import Reminder


class SendRequest(Struct, frozen=True):
    """What a company asks for. `skip_invalid`: send to the good rows although some are not.

    `faults`: what was already seen to be wrong when it was read; there are no `recipients` where those could not be.
    """

    gift: str
    sender: str
    message: str
    text_version: str
    skip_invalid: bool
    recipients: RecipientTable | None
    start_at: datetime | None = None
    """When it is to begin; None is at once."""
    reminder: Reminder | None = None
    faults: Sequence[Fault] = ()
