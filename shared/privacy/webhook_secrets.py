"""Secrets of webhook endpoints: made at random, shown once, kept sealed, and what they sign."""

import base64
import hmac
import secrets
from collections.abc import Sequence

from shared.domain.webhook import SECRET_BYTES
from shared.privacy.sealing import SealingKey
from shared.privacy.tokens import TokenHasher

PREFIX = "whsec_"


def new_secret() -> str:
    """As its owner sees it: `whsec_` and Base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def seal(tokens: TokenHasher, endpoint_id: str, secret: str) -> bytes:
    return _key(tokens).seal(secret.encode("ascii"), _place(endpoint_id))


def unseal(tokens: TokenHasher, endpoint_id: str, sealed: bytes) -> str:
    """Raises `Unreadable`."""
    return _key(tokens).open(sealed, _place(endpoint_id)).decode("ascii")


def signatures(opened: Sequence[str], message_id: str, timestamp: int, body: str) -> str:
    """The header `webhook-signature` after Standard Webhooks: one of each secret, by spaces."""
    signed = f"{message_id}.{timestamp}.{body}".encode()
    digests = [hmac.digest(base64.b64decode(one.removeprefix(PREFIX)), signed, "sha256") for one in opened]
    return " ".join(f"v1,{base64.b64encode(one).decode('ascii')}" for one in digests)


def _key(tokens: TokenHasher) -> SealingKey:
    return SealingKey(tokens.digest("webhook-secret", "seals secrets"))


def _place(endpoint_id: str) -> str:
    return f"webhook_secrets {endpoint_id}"
