"""How many gifts went out, arrived, were opened and redeemed, and what they cost: what stays when the rows are gone.

A send in clear is counted by its own rows, and so is a coupon while it is there. When a send is encrypted or a coupon
erased, its counts go into `figures`, by month, in the transaction that ends the row: each is counted in one place.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from shared.database.queries.sends import Send
from shared.database.transactions import Transaction

_MONTH = "{day} - INTERVAL DAY({day}) - 1 DAY"
_ADD = (
    " ON DUPLICATE KEY UPDATE sent = figures.sent + VALUES(sent), delivered = figures.delivered + VALUES(delivered),"
    " opened = figures.opened + VALUES(opened), redeemed = figures.redeemed + VALUES(redeemed),"
    " cost_ore = figures.cost_ore + VALUES(cost_ore)"
)
_INTO = "INSERT INTO figures (company_id, month, gift_code, sent, delivered, opened, redeemed, cost_ore)"
# What a send itself has cost: its fees, and the value of gifts that are earned when their code leaves.
_OF_THE_SEND = "(l.account = 'fees' OR (l.account = 'gifts' AND g.issuer = 'code_pool'))"


class Figure(Struct, frozen=True):
    """Counts of one gift on one day, or in the whole month that begins on it."""

    day: date
    is_month: bool
    gift_code: str
    sent: int
    delivered: int
    opened: int
    redeemed: int
    cost_ore: int


def add_send(tx: Transaction, send: Send) -> None:
    """Keep what a send in clear has come to. Call it once, in the transaction that lets the send forget its gift."""
    if send.gift_code is None or send.test:
        return
    month = _MONTH.format(day="DATE(sent_at)")
    tx.execute(
        f"{_INTO} SELECT company_id, {month} AS month, %s, COUNT(*), COUNT(delivered_at), 0, 0, 0 FROM deliveries"
        f" WHERE send_id = %s AND company_id = %s AND sent_at IS NOT NULL GROUP BY company_id, month{_ADD}",
        (send.gift_code, send.id, send.company_id),
    )
    month = _MONTH.format(day="l.booked_on")
    tx.execute(
        f"{_INTO} SELECT l.company_id, {month} AS month, %s, 0, 0, 0, 0, SUM(l.amount_ore) FROM ledger_entries l"
        f" LEFT JOIN gifts g ON g.code = %s WHERE l.hold_id = %s AND l.company_id = %s AND {_OF_THE_SEND}"
        f" GROUP BY l.company_id, month{_ADD}",
        (send.gift_code, send.gift_code, send.hold_id, send.company_id),
    )


def add_coupons(tx: Transaction, coupon_ids: Sequence[str]) -> None:
    """Keep what coupons came to that are about to be erased. Of a company that is gone nothing is kept."""
    for day, counts in (("c.opened_on", "COUNT(*), 0, 0"), ("c.redeemed_on", "0, COUNT(*), SUM(c.value_ore)")):
        month = _MONTH.format(day=day)
        tx.execute(
            f"{_INTO} SELECT c.company_id, {month} AS month, c.gift_code, 0, 0, {counts} FROM coupons c"
            " JOIN companies k ON k.id = c.company_id AND k.state <> 'closed'"
            f" WHERE c.id IN %s AND NOT c.test AND {day} IS NOT NULL GROUP BY c.company_id, month, c.gift_code{_ADD}"
            " /* all companies: those that are erased */",
            (list(coupon_ids),),
        )


def between(tx: Transaction, company_id: str, first: date, last: date) -> list[Figure]:
    """All counts of these days and of the months that begin in them, from one moment's view of every place."""
    span = {"company": company_id, "first": first, "last": last}
    return tx.all(
        lambda day, is_month, gift_code, *counts: Figure(day, bool(is_month), gift_code, *map(int, counts)),
        "SELECT DATE(d.sent_at) AS day, 0, s.gift_code, COUNT(*), COUNT(d.delivered_at), 0, 0, 0 FROM sends s"
        " JOIN deliveries d ON d.send_id = s.id AND d.company_id = s.company_id"
        " WHERE s.company_id = %(company)s AND s.encrypted_at IS NULL AND s.gift_code IS NOT NULL"
        " AND NOT s.test AND d.sent_at >= %(first)s AND d.sent_at < %(last)s + INTERVAL 1 DAY GROUP BY day, s.gift_code"
        " UNION ALL SELECT l.booked_on, 0, s.gift_code, 0, 0, 0, 0, SUM(l.amount_ore) FROM sends s"
        " JOIN ledger_entries l ON l.hold_id = s.hold_id AND l.company_id = s.company_id"
        " LEFT JOIN gifts g ON g.code = s.gift_code"
        " WHERE s.company_id = %(company)s AND s.encrypted_at IS NULL AND s.gift_code IS NOT NULL"
        f" AND l.booked_on BETWEEN %(first)s AND %(last)s AND {_OF_THE_SEND} GROUP BY l.booked_on, s.gift_code"
        " UNION ALL SELECT opened_on, 0, gift_code, 0, 0, COUNT(*), 0, 0 FROM coupons"
        " WHERE company_id = %(company)s AND NOT test AND opened_on BETWEEN %(first)s AND %(last)s"
        " GROUP BY opened_on, gift_code"
        " UNION ALL SELECT redeemed_on, 0, gift_code, 0, 0, 0, COUNT(*), SUM(value_ore) FROM coupons"
        " WHERE company_id = %(company)s AND NOT test AND redeemed_on BETWEEN %(first)s AND %(last)s"
        " GROUP BY redeemed_on, gift_code"
        " UNION ALL SELECT month, 1, gift_code, sent, delivered, opened, redeemed, cost_ore FROM figures"
        " WHERE company_id = %(company)s AND month BETWEEN %(first)s AND %(last)s",
        span,
    )
