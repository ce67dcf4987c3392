"""A delivery's public id: its send and position as one encrypted block. It needs no column and tells no order."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from shared.domain import ids
from shared.privacy.tokens import TokenHasher

PREFIX = "dlv_"
CHECK = b"\0\0"


class DeliveryIds:
    """`dlv_` and 26 characters. One block of AES is a permutation: ids are unique, made-up ones fail the check."""

    def __init__(self, tokens: TokenHasher) -> None:
        key = tokens.digest("delivery-id", b"")
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - exactly one block, never a message

    def encode(self, send_id: str, position: int) -> str:
        block = ids.decode(send_id.partition("_")[2]) + position.to_bytes(4, "big") + CHECK
        return PREFIX + ids.encode(self._cipher.encryptor().update(block))

    def decode(self, delivery_id: str) -> tuple[str, int]:
        """Send id and position. Raises ValueError for what `encode` did not make."""
        block = ids.decode(delivery_id.removeprefix(PREFIX))
        if len(block) != 16 or not delivery_id.startswith(PREFIX):
            raise ValueError("not a delivery's id")
        plain = self._cipher.decryptor().update(block)
        if plain[14:] != CHECK:
            raise ValueError("not a delivery's id")
        return "snd_" + ids.encode(plain[:10]), int.from_bytes(plain[10:14], "big")
