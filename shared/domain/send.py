"""A send as a company asks for it."""

from dataclasses import dataclass

from shared.domain.recipient_file import RecipientTable


@dataclass(frozen=True, slots=True)
class SendRequest:
    """What a company asks for. `skip_invalid`: send to the good rows although some are not."""

    gift: str
    sender: str
    message: str
    text_version: str
    skip_invalid: bool
    recipients: RecipientTable
