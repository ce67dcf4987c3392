"""Ids: a prefix that tells the kind, and 80 random bits that cannot be guessed or counted."""

import base64
import secrets

RANDOM_BYTES = 10
LETTERS = 16


def new_id(prefix: str) -> str:
    """For example `snd_` and 16 characters of a–z and 2–7."""
    return f"{prefix}_{encode(secrets.token_bytes(RANDOM_BYTES))}"


def new_ids(prefix: str, number: int) -> list[str]:
    """As many as `new_id` would give one by one."""
    letters = encode(secrets.token_bytes(RANDOM_BYTES * number))
    return [f"{prefix}_{letters[at : at + LETTERS]}" for at in range(0, LETTERS * number, LETTERS)]


def encode(data: bytes) -> str:
    """Base32 in small letters, without padding."""
    return base64.b32encode(data).decode("ascii").rstrip("=").lower()


def decode(text: str) -> bytes:
    """What `encode` was given. Raises ValueError for anything else."""
    data = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    if encode(data) != text:
        raise ValueError("not written by encode")
    return data
