"""AES-256-GCM with the place of the ciphertext bound in: it opens nowhere else."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


class Unreadable(Exception):
    """Wrong key, wrong row, or changed: the ciphertext is refused whole."""


class SealingKey:
    """One data key in memory."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    @staticmethod
    def generate() -> bytes:
        return AESGCM.generate_key(bit_length=KEY_BYTES * 8)

    def seal(self, data: bytes, place: str) -> bytes:
        """Nonce and ciphertext. `place` names table, row and whatever else it must not be moved from."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._aead.encrypt(nonce, data, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """What `seal` was given. Raises `Unreadable`."""
        try:
            return self._aead.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):
            raise Unreadable from None
