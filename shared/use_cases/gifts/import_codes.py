"""Taking a supplier's codes into stock, each once ever."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import catalogue, code_pools, staff_log
from shared.database.queries.staff_log import Action
from shared.database.transactions import Database, Transaction
from shared.domain.code_file import NO_POOL, CodeRow, Imported, RowOutcome
from shared.domain.errors import NotFound
from shared.privacy import pool_code
from shared.privacy.sealing import SealingKey
from shared.privacy.tokens import TokenHasher

POOL_CODE_PURPOSE = "pool-code"
MOST_NAMED = 100
AT_ONCE = 5_000


def import_codes(
    tx: Transaction, tokens: TokenHasher, key: SealingKey, product: str, codes: Sequence[tuple[str, str]]
) -> int:
    """Add (EAN, typed code) pairs of one product; how many were new. A code that was ever here is left out."""
    hashed = [(_hashed(tokens, product, code), pool_code.seal(key, ean, code)) for ean, code in codes]
    return catalogue.add_codes(tx, product, hashed)


def import_rows(
    database: Database,
    tokens: TokenHasher,
    key: SealingKey,
    staff: str,
    product: str,
    rows: Sequence[CodeRow],
    now: datetime,
) -> Imported:
    """Add a file's codes, all in one transaction, and say of each row what it came to. Raises `NotFound`."""
    with database.transaction() as tx:
        if not code_pools.lock(tx, product):
            raise NotFound(NO_POOL)
        outcomes, new = _judge(tx, tokens, product, rows)
        import_codes(tx, tokens, key, product, [(row.ean, row.code) for row in new])
        code_pools.imported(tx, product, now)
        staff_log.add(tx, staff, Action.CODES_IMPORT, [product], now)
    left_out = [one for one in outcomes if one[1] is not RowOutcome.IMPORTED]
    return Imported(Counter(outcome for _, outcome in outcomes), left_out[:MOST_NAMED])


def set_low_stock_limit(database: Database, staff: str, product: str, limit: int, now: datetime) -> None:
    """Raises `NotFound`."""
    with database.transaction() as tx:
        if not code_pools.lock(tx, product):
            raise NotFound(NO_POOL)
        code_pools.set_limit(tx, product, limit)
        staff_log.add(tx, staff, Action.POOL_CHANGE, [product], now)


def _judge(
    tx: Transaction, tokens: TokenHasher, product: str, rows: Sequence[CodeRow]
) -> tuple[list[tuple[int, RowOutcome]], list[CodeRow]]:
    """What becomes of each row, by number, and those that are new."""
    hashed = [_hashed(tokens, product, row.code) if row.code else b"" for row in rows]
    known: set[bytes] = set()
    for start in range(0, len(hashed), AT_ONCE):
        known |= code_pools.known(tx, hashed[start : start + AT_ONCE])
    seen: set[bytes] = set()
    outcomes, new = [], []
    for row, code_hmac in zip(rows, hashed, strict=True):
        if not row.code:
            outcome = RowOutcome.MALFORMED
        elif code_hmac in seen:
            outcome = RowOutcome.DUPLICATE
        elif code_hmac in known:
            outcome = RowOutcome.KNOWN
        else:
            outcome = RowOutcome.IMPORTED
            new.append(row)
        seen.add(code_hmac)
        outcomes.append((row.row, outcome))
    return outcomes, new


def _hashed(tokens: TokenHasher, product: str, code: str) -> bytes:
    return tokens.digest(POOL_CODE_PURPOSE, f"{product}|{code}")
