"""API keys as they are written: a prefix that tells the mode, 178 random bits, and a checksum that finds typing errors.

Programs that search for leaked secrets can tell one from other text by the same three things.
"""

import secrets
import string
import zlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH = 30
CHECKSUM_LENGTH = 6
"""32 bits in base 62."""
PURPOSE = "api-key"
"""Of the keyed hash under which one is kept."""
SHOWN = 4
"""How many of its last characters tell people which key is which."""


class Mode(StrEnum):
    LIVE = "live"
    TEST = "test"


class State(StrEnum):
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"


class WantedKey(Struct, frozen=True):
    """`scopes`: None is all that there are today."""

    name: str
    mode: Mode
    scopes: Sequence[str] | None = None
    expires_at: datetime | None = None


def new_key(mode: Mode) -> str:
    start = _prefix(mode) + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return start + checksum(start)


def is_written_right(key: str) -> bool:
    """Whether it can be a key at all; no more is said of it."""
    start, end = key[:-CHECKSUM_LENGTH], key[-CHECKSUM_LENGTH:]
    prefix = next((one for one in map(_prefix, Mode) if start.startswith(one)), None)
    if prefix is None or len(start) != len(prefix) + RANDOM_LENGTH:
        return False
    return set(key[len(prefix) :]) <= set(ALPHABET) and checksum(start) == end


def checksum(start: str) -> str:
    """CRC-32 of all that stands before it."""
    value, digits = zlib.crc32(start.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        value, digit = divmod(value, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _prefix(mode: Mode) -> str:
    return f"upup_{mode}_"
