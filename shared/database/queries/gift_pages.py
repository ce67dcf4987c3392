"""All that a gift's page shows, in one statement: nothing is opened as often, and a recipient waits for it."""

from typing import Any

from msgspec import Struct
from msgspec.structs import fields

from shared.database.queries import catalogue
from shared.database.queries.coupons import Coupon
from shared.database.transactions import Transaction
from shared.domain.gift import Gift, Presentation


class GiftPage(Struct, frozen=True):
    """`sealed` is what only the link's token opens."""

    coupon: Coupon
    sealed: bytes
    company_name: str
    company_state: str
    gift: Gift
    presentation: Presentation


def by_token(tx: Transaction, token_hmac: bytes) -> GiftPage | None:
    return tx.one(
        _read,
        f"SELECT l.sealed, k.name, k.state, {_of('c', Coupon)}, {_of('g', Gift)}, {_of('g', Presentation)}"
        " FROM gift_links l JOIN coupons c ON c.id = l.coupon_id AND c.company_id = l.company_id"
        " JOIN companies k ON k.id = c.company_id JOIN gifts g ON g.code = c.gift_code WHERE l.token_hmac = %s"
        " /* all companies: the token opens one link */",
        (token_hmac,),
    )


def _read(sealed: bytes, name: str, state: str, *values: Any) -> GiftPage:
    split = len(fields(Coupon))
    gift, presentation = catalogue.read_presented(*values[split:])
    return GiftPage(Coupon(*values[:split]), sealed, name, state, gift, presentation)


def _of(table: str, kind: type) -> str:
    return ", ".join(f"{table}.{one.name}" for one in fields(kind))
