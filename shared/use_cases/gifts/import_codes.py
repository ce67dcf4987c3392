"""Taking a supplier's codes into stock, each once ever."""

from collections.abc import Sequence

from shared.database.queries import catalogue
from shared.database.transactions import Transaction
from shared.privacy import pool_code
from shared.privacy.sealing import SealingKey
from shared.privacy.tokens import TokenHasher

POOL_CODE_PURPOSE = "pool-code"


def import_codes(
    tx: Transaction, tokens: TokenHasher, key: SealingKey, product: str, codes: Sequence[tuple[str, str]]
) -> int:
    """Add (EAN, typed code) pairs of one product; how many were new. A code that was ever here is left out."""
    hashed = [
        (tokens.digest(POOL_CODE_PURPOSE, f"{product}|{code}"), pool_code.seal(key, ean, code)) for ean, code in codes
    ]
    return catalogue.add_codes(tx, product, hashed)
