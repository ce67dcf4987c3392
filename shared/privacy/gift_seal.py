"""What only a gift's link can open: the code for the till, and the fingerprint that an opt-out needs.

The key follows from the token in the link, and the token is kept nowhere. So nobody who reads the database can use
a code or see whose gift it was, while the gift page and its opt-out go on working after the delivery is encrypted.
"""

import hmac

from msgspec import Struct, json

from shared.privacy.sealing import SealingKey

LINK_PURPOSE = "gift-link"
"""What a link's token is digested for: so it is found."""


class GiftSecret(Struct, frozen=True):
    ean: str
    code: str
    fingerprint: bytes

    def __repr__(self) -> str:
        return "GiftSecret(…)"


def seal(token: str, coupon_id: str, secret: GiftSecret) -> bytes:
    data = json.encode((secret.ean, secret.code, secret.fingerprint.hex()))
    return _key(token).seal(data.ljust(128), f"gift_links|{coupon_id}")


def unseal(token: str, coupon_id: str, sealed: bytes) -> GiftSecret:
    """Raises `Unreadable` with any other token or coupon."""
    ean, code, fingerprint = json.decode(_key(token).open(sealed, f"gift_links|{coupon_id}"))
    return GiftSecret(ean, code, bytes.fromhex(fingerprint))


def _key(token: str) -> SealingKey:
    # The token has 144 random bits, so one keyed hash is key derivation enough.
    return SealingKey(hmac.digest(token.encode(), b"gift-seal", "sha256"))
