"""The gifts on sale, and the stock of codes that some are given from."""

import json
from collections.abc import Mapping, Sequence
from random import SystemRandom
from typing import Any

from msgspec import Struct
from msgspec.structs import astuple, replace

from shared.database.transactions import Transaction, columns
from shared.domain.gift import Gift, Presentation

GIFT, PRESENTATION = columns(Gift), columns(Presentation)


class Listed(Struct, frozen=True):
    """A gift as the catalogue has it."""

    gift: Gift
    presentation: Presentation
    on_sale: bool
    available: bool


def on_sale(tx: Transaction) -> list[Listed]:
    """The catalogue in its order. A gift from a code pool is available while codes are left."""
    return [one for one in all_gifts(tx) if one.on_sale]


def all_gifts(tx: Transaction) -> list[Listed]:
    """Also those that are not on sale."""
    in_stock = set(tx.values("SELECT DISTINCT product FROM pool_codes WHERE coupon_id IS NULL"))

    def listed(on_sale: int, *values: Any) -> Listed:
        gift, presentation = read_presented(*values)
        available = bool(on_sale) and (gift.issuer == "clearon" or gift.product in in_stock)
        return Listed(gift, presentation, bool(on_sale), available)

    return tx.all(listed, f"SELECT on_sale, {GIFT}, {PRESENTATION} FROM gifts ORDER BY place, code")


def add(tx: Transaction, gift: Gift, presentation: Presentation, on_sale: bool) -> bool:
    """Put a gift at the catalogue's end; False where its code is taken."""
    place = int(tx.value("SELECT COALESCE(MAX(place), 0) + 1 FROM gifts"))
    values = (*astuple(gift), *astuple(presentation), on_sale, place)
    return bool(
        tx.execute(
            f"INSERT IGNORE INTO gifts ({GIFT}, {PRESENTATION}, on_sale, place) VALUES %s",
            (values,),
        )
    )


def lock(tx: Transaction, code: str) -> Gift | None:
    """The gift, held still until the transaction ends."""
    return tx.one(Gift, f"SELECT {GIFT} FROM gifts WHERE code = %s FOR UPDATE", (code,))


def change(tx: Transaction, code: str, changes: Mapping[str, object]) -> None:
    """Write these columns, which are named by the code and never by a request."""
    if changes:
        written = ", ".join(f"{column} = %s" for column in changes)
        tx.execute(f"UPDATE gifts SET {written} WHERE code = %s", (*changes.values(), code))


def get(tx: Transaction, code: str) -> Gift | None:
    """A gift by its code, also one that is no longer on sale."""
    return tx.one(Gift, f"SELECT {GIFT} FROM gifts WHERE code = %s", (code,))


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


def read_presented(*values: Any) -> tuple[Gift, Presentation]:
    """Of the columns `GIFT` and `PRESENTATION`."""
    split = len(Gift.__struct_fields__)
    return Gift(*values[:split]), replace(Presentation(*values[split:]), id_required=bool(values[-1]))
