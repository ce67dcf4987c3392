"""Tokens that open something: made at random, kept only as keyed HMACs."""

import base64
import hmac
import secrets

TOKEN_BYTES = 18
TOKEN_LENGTH = 24
"""Characters of a token in a link: URL-safe Base64 without padding."""


def new_token() -> str:
    """144 random bits, `[A-Za-z0-9_-]+`."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class TokenHasher:
    """HMAC-SHA256 under `TOKEN_KEY`, with a purpose so that one kind of token is never taken for another."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("TOKEN_KEY must be 32 bytes")
        self._begun = hmac.new(key, digestmod="sha256")  # a copy costs a third of a new one

    def digest(self, purpose: str, value: str | bytes) -> bytes:
        """32 bytes."""
        data = value.encode() if isinstance(value, str) else value
        mac = self._begun.copy()
        mac.update(purpose.encode() + b"\0" + data)
        return mac.digest()


def test_token(tokens: TokenHasher, coupon_id: str) -> str:
    """What opens the gift of a test key's send. No SMS brings it, so it is made anew wherever it is shown."""
    digest = tokens.digest("test-gift-link", coupon_id)
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode("ascii")
