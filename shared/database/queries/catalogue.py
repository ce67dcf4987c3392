"""The gifts on sale, and the stock of codes that some are given from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from random import SystemRandom

from shared.database.transactions import Transaction
from shared.domain.gift import Gift

GIFT = "code, name_sv, name_en, kind, price_ore, face_value_ore, voucher_type, issuer, product, validity_days"


@dataclass(frozen=True, slots=True)
class OnSale:
    gift: Gift
    available: bool


def on_sale(tx: Transaction) -> list[OnSale]:
    """The catalogue in its order. A gift from a code pool is available while codes are left."""
    gifts = tx.all(Gift, f"SELECT {GIFT} FROM gifts WHERE on_sale ORDER BY place")
    in_stock = set(tx.values("SELECT DISTINCT product FROM pool_codes WHERE coupon_id IS NULL"))
    return [OnSale(gift, gift.issuer == "clearon" or gift.product in in_stock) for gift in gifts]


def get(tx: Transaction, code: str) -> Gift | None:
    """A gift by its code, also one that is no longer on sale."""
    return tx.one(Gift, f"SELECT {GIFT} FROM gifts WHERE code = %s", (code,))


def is_on_sale(tx: Transaction, code: str) -> bool:
    return bool(tx.value("SELECT on_sale FROM gifts WHERE code = %s", (code,)))


def stock(tx: Transaction, product: str) -> int:
    return int(tx.value("SELECT COUNT(*) FROM pool_codes WHERE product = %s AND coupon_id IS NULL", (product,)))


def add_codes(tx: Transaction, product: str, codes: Sequence[tuple[bytes, bytes]]) -> int:
    """Add (HMAC, sealed code) pairs; one that was ever imported is left out. Returns how many are new."""
    before = stock(tx, product)
    tx.insert_many(
        "INSERT IGNORE INTO pool_codes (product, code_hmac, sealed_code) VALUES (%s, %s, %s)",
        [(product, code_hmac, sealed) for code_hmac, sealed in codes],
    )
    return stock(tx, product) - before


def hand_out(tx: Transaction, product: str, coupon_ids: Sequence[str]) -> None:
    """Give each coupon that has none a code, once ever; where the stock ends, the rest get none.

    By chance: in the order of the stock, a code would lead to its recipient's place in the send.
    """
    if not coupon_ids:
        return
    have = set(tx.values("SELECT coupon_id FROM pool_codes WHERE coupon_id IN %s", (list(coupon_ids),)))
    missing = [coupon_id for coupon_id in coupon_ids if coupon_id not in have]
    free = tx.values(
        "SELECT id FROM pool_codes WHERE product = %s AND coupon_id IS NULL ORDER BY id LIMIT %s"
        " FOR UPDATE SKIP LOCKED",
        (product, len(missing)),
    )
    SystemRandom().shuffle(free)
    tx.execute(
        "UPDATE pool_codes p JOIN JSON_TABLE(%s, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$[0]',"
        " coupon_id CHAR(20) CHARACTER SET ascii PATH '$[1]')) j ON p.id = j.id SET p.coupon_id = j.coupon_id",
        (json.dumps(list(zip(free, missing, strict=False))),),
    )


def handed_out(tx: Transaction, coupon_ids: Sequence[str]) -> dict[str, bytes]:
    """The sealed codes by coupon."""
    if not coupon_ids:
        return {}
    rows = tx.all(
        lambda coupon_id, sealed: (coupon_id, sealed),
        "SELECT coupon_id, sealed_code FROM pool_codes WHERE coupon_id IN %s",
        (list(coupon_ids),),
    )
    return dict(rows)
