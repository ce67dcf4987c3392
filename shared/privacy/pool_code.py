"""A code in stock: sealed until it is handed out, so that nobody who reads the database can spend it."""

import json

from shared.privacy.sealing import SealingKey

PLACE = "pool_codes"


def seal(key: SealingKey, ean: str, code: str) -> bytes:
    return key.seal(json.dumps([ean, code]).encode(), PLACE)


def unseal(key: SealingKey, sealed: bytes) -> tuple[str, str]:
    """(EAN, typed code). Raises `Unreadable`."""
    ean, code = json.loads(key.open(sealed, PLACE))
    return ean, code
