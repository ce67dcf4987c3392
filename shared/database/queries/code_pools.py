"""The stocks of codes, by the product that they are of: how many are left, and when that is too few."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction

DEFAULT_LOW = 100
"""Codes, until staff say otherwise."""

_POOLS = (
    "SELECT p.product, CAST(COALESCE(k.low_stock_limit, %s) AS UNSIGNED), k.last_import_at, k.told_at,"
    " (SELECT COUNT(*) FROM pool_codes c WHERE c.product = p.product AND c.coupon_id IS NULL),"
    " (SELECT COUNT(*) FROM pool_codes c WHERE c.product = p.product AND c.coupon_id IS NOT NULL)"
    " FROM (SELECT product FROM gifts WHERE issuer = 'code_pool' UNION SELECT product FROM code_pools) p"
    " LEFT JOIN code_pools k ON k.product = p.product ORDER BY p.product"
)


class Pool(Struct, frozen=True):
    product: str
    low_stock_limit: int
    last_import_at: datetime | None
    told_at: datetime | None
    """When staff were mailed that it is low; None where it is not, or they were not."""
    in_stock: int
    handed_out: int

    @property
    def is_low(self) -> bool:
        return self.in_stock < self.low_stock_limit


def pools(tx: Transaction) -> list[Pool]:
    """Of all products that a gift is or was given from."""
    return tx.all(Pool, _POOLS, (DEFAULT_LOW,))


def lock(tx: Transaction, product: str) -> bool:
    """Hold the pool still, so that of two imports one comes first; False where no gift is given from it."""
    if not tx.value("SELECT 1 FROM gifts WHERE product = %s AND issuer = 'code_pool' LIMIT 1", (product,)):
        return False
    tx.execute(  # locks the row also where it is there
        "INSERT INTO code_pools (product, low_stock_limit) VALUES (%s, %s)"
        " ON DUPLICATE KEY UPDATE low_stock_limit = low_stock_limit",
        (product, DEFAULT_LOW),
    )
    return True


def known(tx: Transaction, code_hmacs: Sequence[bytes]) -> set[bytes]:
    """Those that were ever in stock."""
    return set(tx.values("SELECT code_hmac FROM pool_codes WHERE code_hmac IN %s", (list(code_hmacs),)))


def imported(tx: Transaction, product: str, now: datetime) -> None:
    tx.execute("UPDATE code_pools SET last_import_at = %s WHERE product = %s", (now, product))


def set_limit(tx: Transaction, product: str, low_stock_limit: int) -> None:
    tx.execute("UPDATE code_pools SET low_stock_limit = %s WHERE product = %s", (low_stock_limit, product))


def told(tx: Transaction, product: str, at: datetime | None) -> None:
    """Note that staff know of it, or None that it is well filled again."""
    tx.execute(
        "INSERT INTO code_pools (product, low_stock_limit, told_at) VALUES (%s, %s, %s)"
        " ON DUPLICATE KEY UPDATE told_at = VALUES(told_at)",
        (product, DEFAULT_LOW, at),
    )
