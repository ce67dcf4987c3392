"""What a gift's link opens: its page, and the way out."""

from datetime import date

from shared.database.queries import companies, coupons, gift_pages, opt_outs
from shared.database.transactions import Transaction
from shared.domain.errors import NotFound
from shared.domain.gift import GiftState, OpenedGift
from shared.domain.opt_out import Source
from shared.privacy import gift_seal
from shared.privacy.sealing import Unreadable
from shared.privacy.tokens import TokenHasher

USABLE = (GiftState.ISSUED, GiftState.OPENED)


def open_gift(tx: Transaction, tokens: TokenHasher, token: str, today: date) -> OpenedGift:
    """The gift, noted as opened. Raises `NotFound`."""
    page = gift_pages.by_token(tx, tokens.digest(gift_seal.LINK_PURPOSE, token))
    if page is None:
        raise NotFound("There is no such gift.")
    coupon, secret = page.coupon, _unsealed(token, page.coupon.id, page.sealed)
    state = GiftState(coupon.state)
    if state in USABLE and coupon.cancelled:
        state = GiftState.VOIDED
    elif state in USABLE:
        state = GiftState.EXPIRED if coupon.valid_until < today else GiftState.OPENED
    if state is GiftState.OPENED and coupon.state != state:
        coupons.opened(tx, coupon.company_id, coupon.id, today)
    usable = state is GiftState.OPENED
    return OpenedGift(
        page.sender,
        page.gift,
        secret.ean if usable else "",
        secret.code if usable else "",
        coupon.valid_until,
        state,
        bool(coupon.test),
    )


def opt_out_by_link(tx: Transaction, tokens: TokenHasher, token: str, today: date) -> None:
    """No more from that company; the link knows whose it is, also after encryption. Raises `NotFound`.

    A company whose agreement has ended sends no more anyway, and nothing is kept for it.
    """
    coupon, secret = unlock(tx, tokens, token)
    company = companies.get(tx, coupon.company_id)
    if company and company.state != "closed":
        opt_outs.add(tx, coupon.company_id, secret.fingerprint, today, Source.LINK)


def unlock(tx: Transaction, tokens: TokenHasher, token: str) -> tuple[coupons.Coupon, gift_seal.GiftSecret]:
    """The coupon, and what only the link opens. Raises `NotFound`."""
    link = coupons.link(tx, tokens.digest(gift_seal.LINK_PURPOSE, token))
    coupon = coupons.get(tx, link.company_id, link.coupon_id) if link else None
    if link is None or coupon is None:
        raise NotFound("There is no such gift.")
    return coupon, _unsealed(token, link.coupon_id, link.sealed)


def _unsealed(token: str, coupon_id: str, sealed: bytes) -> gift_seal.GiftSecret:
    try:
        return gift_seal.unseal(token, coupon_id, sealed)
    except Unreadable:
        raise NotFound("There is no such gift.") from None
