"""Coupons and the links that open them: what was given, with nothing that leads to a person."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct, json

from shared.database.queries import figures
from shared.database.transactions import Transaction
from shared.domain.gift import GiftState, sources


class Coupon(Struct, frozen=True):
    id: str
    company_id: str
    gift_code: str
    hold_id: str
    value_ore: int
    state: str
    valid_until: date
    cancelled: bool = False
    """Whether its company has taken the gift back; it is voided as soon as its issuer can be asked."""
    test: bool = False
    """Of a test key's send: no issuer knows it."""


class Link(Struct, frozen=True):
    token_hmac: bytes
    company_id: str
    coupon_id: str
    sealed: bytes


COUPON = "id, company_id, gift_code, hold_id, value_ore, state, valid_until, cancelled, test"
SETTLED = (GiftState.REDEEMED, GiftState.EXPIRED, GiftState.VOIDED)


def issued(tx: Transaction, company_id: str, codes: Sequence[tuple[str, bytes]]) -> None:
    """Keep (coupon, sealed code) until the SMS is handed over."""
    rows = sorted([coupon_id, sealed.hex()] for coupon_id, sealed in codes)
    tx.execute(
        "UPDATE coupons c JOIN JSON_TABLE(%s, '$[*]' COLUMNS (id CHAR(20) CHARACTER SET ascii PATH '$[0]',"
        " code VARCHAR(510) CHARACTER SET ascii PATH '$[1]')) j ON c.id = j.id"
        " SET c.state = 'issued', c.sealed_code = UNHEX(j.code)"
        " WHERE c.company_id = %s AND c.state = 'requested' AND NOT c.unwanted",
        (json.encode(rows).decode(), company_id),
    )


def refused(tx: Transaction, company_id: str, coupon_ids: Sequence[str]) -> None:
    """End coupons that the issuer will never issue. An unwanted one is left to `expire_gifts`, with its value."""
    if coupon_ids:
        tx.execute(
            "UPDATE coupons SET state = 'voided'"
            " WHERE company_id = %s AND id IN %s AND state = 'requested' AND NOT unwanted",
            (company_id, list(coupon_ids)),
        )


def handed_over(tx: Transaction, company_id: str, coupon_ids: Sequence[str]) -> None:
    """Forget the codes that are on their way: from here on only a link opens them."""
    if coupon_ids:
        tx.execute(
            "UPDATE coupons SET sealed_code = NULL WHERE company_id = %s AND id IN %s",
            (company_id, list(coupon_ids)),
        )


def value_captured(tx: Transaction, company_id: str, coupon_ids: Sequence[str]) -> None:
    """Note that nothing is held for these coupons any more."""
    if coupon_ids:
        tx.execute(
            "UPDATE coupons SET value_ore = 0 WHERE company_id = %s AND id IN %s",
            (company_id, list(coupon_ids)),
        )


def unwanted(tx: Transaction, company_id: str, coupon_ids: Sequence[str]) -> None:
    """Mark coupons that will reach nobody: `expire_gifts` voids them and releases their value."""
    if coupon_ids:
        tx.execute(
            "UPDATE coupons SET unwanted = TRUE, sealed_code = NULL WHERE company_id = %s AND id IN %s",
            (company_id, list(coupon_ids)),
        )


def cancel(tx: Transaction, company_id: str, coupon_id: str) -> None:
    """Note that the company has taken the gift back: no receipt makes it wanted again."""
    tx.execute(
        "UPDATE coupons SET cancelled = TRUE, unwanted = TRUE, sealed_code = NULL WHERE id = %s AND company_id = %s",
        (coupon_id, company_id),
    )


def given_since(tx: Transaction, company_id: str, gift_code: str, first: date) -> int:
    """How many of a gift the company has given since that day, and how many it is about to give."""
    return int(
        tx.value(
            "SELECT (SELECT COUNT(*) FROM coupons WHERE company_id = %s AND gift_code = %s AND requested_on >= %s"
            " AND state <> 'voided' AND NOT test)"
            " + (SELECT COUNT(*) FROM sends s JOIN deliveries d ON d.send_id = s.id AND d.company_id = s.company_id"
            " WHERE s.company_id = %s AND s.gift_code = %s AND NOT s.test AND s.state IN ('scheduled', 'processing')"
            " AND d.coupon_id IS NULL AND d.state IN ('accepted', 'issuing'))",
            (company_id, gift_code, first, company_id, gift_code),
        )
    )


def add_links(tx: Transaction, links: Sequence[Link]) -> None:
    """Again changes nothing. In the order of their keys, which are random: neighbours are written together."""
    tx.insert_many(
        "INSERT IGNORE INTO gift_links (token_hmac, company_id, coupon_id, sealed) VALUES (%s, %s, %s, %s)",
        sorted((link.token_hmac, link.company_id, link.coupon_id, link.sealed) for link in links),
    )


def link(tx: Transaction, token_hmac: bytes) -> Link | None:
    return tx.one(
        Link,
        "SELECT token_hmac, company_id, coupon_id, sealed FROM gift_links WHERE token_hmac = %s"
        " /* all companies: the token opens one link */",
        (token_hmac,),
    )


def get(tx: Transaction, company_id: str, coupon_id: str) -> Coupon | None:
    return tx.one(Coupon, f"SELECT {COUPON} FROM coupons WHERE id = %s AND company_id = %s", (coupon_id, company_id))


def by_reference(tx: Transaction, references: Sequence[str]) -> list[Coupon]:
    """The coupons that an issuer's callback or poll names."""
    if not references:
        return []
    return tx.all(
        Coupon,
        f"SELECT {COUPON} FROM coupons WHERE id IN %s /* all companies: the issuer names the coupon only */",
        (list(references),),
    )


def move(tx: Transaction, company_id: str, coupon_ids: Sequence[str], state: GiftState, today: date) -> list[Coupon]:
    """Move coupons to a state; those whose own led there, as they were. The others are not changed."""
    if not coupon_ids:
        return []
    moved = tx.all(
        Coupon,
        f"SELECT {COUPON} FROM coupons WHERE company_id = %s AND id IN %s AND state IN %s ORDER BY id FOR UPDATE",
        (company_id, list(coupon_ids), sources(state)),
    )
    if moved:
        tx.execute(
            "UPDATE coupons SET state = %s, sealed_code = NULL, redeemed_on = IF(%s = 'redeemed', %s, redeemed_on)"
            " WHERE company_id = %s AND id IN %s",
            (state, state, today, company_id, [coupon.id for coupon in moved]),
        )
    return moved


def opened(tx: Transaction, company_id: str, coupon_id: str, today: date) -> None:
    """Note that the gift's page was seen."""
    tx.execute(
        "UPDATE coupons SET state = 'opened', opened_on = %s WHERE id = %s AND company_id = %s AND state IN %s",
        (today, coupon_id, company_id, sources(GiftState.OPENED)),
    )


def to_settle(tx: Transaction, state: GiftState, today: date | None, after: Coupon | None, most: int) -> list[Coupon]:
    """Coupons in a state that nobody will redeem: past their last valid day, or the unwanted ones for None, as are
    those that were cancelled.

    In the order of their last days, from just after the given one.
    """
    day, coupon_id = (after.valid_until, after.id) if after else (date.min, "")
    return tx.all(
        Coupon,
        f"SELECT {COUPON} FROM coupons WHERE state = %s AND unwanted = %s AND valid_until < %s"
        " AND valid_until >= %s AND (valid_until > %s OR id > %s) ORDER BY valid_until, id LIMIT %s"
        " /* all companies: one job for all */",
        (state, today is None, today or date.max, day, day, coupon_id, most),
    )


def erase(tx: Transaction, last_day: date, most: int) -> int:
    """Delete coupons that were good until that day or before, with their links and codes; how many. Counts stay.

    One that is not settled stays: its value is still held, and its issuer knows it by this reference alone.
    """
    old = tx.values(
        "SELECT id FROM coupons WHERE state IN %s AND unwanted IN (FALSE, TRUE) AND valid_until <= %s ORDER BY id"
        " LIMIT %s FOR UPDATE SKIP LOCKED /* all companies: the law is one for all */",
        (SETTLED, last_day, most),
    )
    if not old:
        return 0
    figures.add_coupons(tx, old)
    tx.execute("DELETE FROM gift_links WHERE coupon_id IN %s /* all companies: those found above */", (old,))
    # its keyed hash stays, so that a code is never taken into stock again
    tx.execute("UPDATE pool_codes SET sealed_code = '' WHERE coupon_id IN %s", (old,))
    return tx.execute("DELETE FROM coupons WHERE id IN %s /* all companies: those found above */", (old,))
