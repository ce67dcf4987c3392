"""All that a gift's page shows, in one statement: nothing is opened as often, and a recipient waits for it."""

from datetime import date
from typing import Any

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain.gift import GivenGift


class Coupon(Struct, frozen=True):
    """Of a coupon what its page needs, and whose it is."""

    id: str
    company_id: str
    state: str
    valid_until: date
    cancelled: bool
    test: bool


class GiftPage(Struct, frozen=True):
    """`sealed` is what only the link's token opens. `sender` is empty once the company's agreement has ended."""

    coupon: Coupon
    gift: GivenGift
    sealed: bytes
    sender: str


def by_token(tx: Transaction, token_hmac: bytes) -> GiftPage | None:
    return tx.one(_read, _BY_TOKEN, (token_hmac,))


def _read(sealed: bytes, sender: str, *values: Any) -> GiftPage:
    coupon, gift = values[:_OF_COUPON], values[_OF_COUPON:]
    return GiftPage(Coupon(*coupon), GivenGift(*gift), sealed, sender)


def _of(table: str, kind: type[Struct]) -> str:
    return ", ".join(f"{table}.{name}" for name in kind.__struct_fields__)


_OF_COUPON = len(Coupon.__struct_fields__)
_BY_TOKEN = (
    f"SELECT l.sealed, IF(k.state = 'closed', '', k.name), {_of('c', Coupon)}, {_of('g', GivenGift)}"
    " FROM gift_links l JOIN coupons c ON c.id = l.coupon_id AND c.company_id = l.company_id"
    " JOIN companies k ON k.id = c.company_id JOIN gifts g ON g.code = c.gift_code WHERE l.token_hmac = %s"
    " /* all companies: the token opens one link */"
)
