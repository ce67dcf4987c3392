"""What was decided after the backup is read from the database that is given up, as long as it can be read.

Only towards caution: what it adds refuses, remembers or ends something, and nothing begins by it. But the links of
gifts that people hold go on working, also because whoever has one may opt out there.
"""

from collections import Counter
from datetime import datetime

from msgspec import Struct, field

from shared.database.queries import restored
from shared.database.queries.restored import Lost
from shared.database.transactions import Database
from shared.privacy.data_map import TABLES
from shared.use_cases.sends.stop_deliveries import cancel_send

AT_ONCE = 500
CODES_AT_ONCE = 5_000
COLUMNS = {table.name: list(table.columns) for table in TABLES}
COUPON, LINK = COLUMNS["coupons"], COLUMNS["gift_links"]
NOTHING_HELD = {"value_ore": "0", "sealed_code": "NULL"}
"""Instead of a coupon's own."""


class CarriedOver(Struct):
    """`added` and `decided`: rows by table. `gifts`: coupons that stay usable, which may be many.

    `cancelled`: sends. `codes`: those of the stock that were given or came since. `lost`: what nothing can bring back.
    """

    added: dict[str, int] = field(default_factory=dict)
    decided: dict[str, int] = field(default_factory=dict)
    cancelled: int = 0
    codes: int = 0
    gifts: int = 0
    lost: Lost = field(default_factory=lambda: Lost({}, {}))


def carry_over(old: Database, new: Database, at: datetime, now: datetime) -> CarriedOver:
    """`at`: the moment that was restored. Again changes nothing."""
    carried = CarriedOver()
    for table in restored.ADDED:
        added = _add(old, new, table, COLUMNS[table], at)
        if added:
            carried.added[table] = added
    for table in restored.DECIDED:
        with old.transaction() as tx:
            rows = restored.decided(tx, table)
        with new.transaction() as tx:
            if decided := restored.decide(tx, table, rows):
                carried.decided[table] = decided
    carried.codes = _carry_stock(old, new)
    carried.cancelled = _cancel(old, new, at, now)
    carried.lost = _lost(old, new, at)
    return carried


def carry_gifts(old: Database, new: Database, at: datetime) -> int:
    """To be called when what may have left is settled, which takes gifts back; how many stay.

    The send that paid for one may be gone, or paid back: UpUp bears a gift that the restored database did not know.
    """
    with old.transaction() as tx:
        coupon_ids = restored.given(tx, at)
    for start in range(0, len(coupon_ids), AT_ONCE):
        some = coupon_ids[start : start + AT_ONCE]
        with old.transaction() as tx:
            coupons = restored.of_coupons(tx, "coupons", [NOTHING_HELD.get(name, name) for name in COUPON], some)
            links = restored.of_coupons(tx, "gift_links", LINK, some)
        with new.transaction() as tx:
            restored.add(tx, "coupons", COUPON, coupons)
            restored.add(tx, "gift_links", LINK, links)
            restored.keep(tx, some)
    return len(coupon_ids)


def _add(old: Database, new: Database, table: str, names: list[str], at: datetime) -> int:
    with old.transaction() as tx:
        rows = restored.newer(tx, table, names, at)
    with new.transaction() as tx:
        before = restored.count(tx, table)
        restored.add(tx, table, names, rows)
        return restored.count(tx, table) - before


def _carry_stock(old: Database, new: Database) -> int:
    """Or a code would be given to a second recipient."""
    carried = after = 0
    while True:
        with new.transaction() as tx:
            code_ids = restored.in_stock(tx, after, CODES_AT_ONCE)
        if not code_ids:
            break
        after = code_ids[-1]
        with old.transaction() as tx:
            taken = restored.taken(tx, code_ids)
        with new.transaction() as tx:
            carried += restored.take(tx, taken)
    while True:
        with new.transaction() as tx:
            after = restored.last_code(tx)
        with old.transaction() as tx:
            rows = restored.codes_after(tx, COLUMNS["pool_codes"], after, CODES_AT_ONCE)
        if not rows:
            return carried
        with new.transaction() as tx:
            restored.add(tx, "pool_codes", COLUMNS["pool_codes"], rows)
        carried += len(rows)


def _cancel(old: Database, new: Database, at: datetime, now: datetime) -> int:
    """Scheduled sends that their company has cancelled since."""
    with old.transaction() as tx:
        cancelled = restored.cancelled(tx)
    with new.transaction() as tx:
        found = [one for one in restored.waiting(tx, at, at) if one.id in cancelled]
        for one in found:
            cancel_send(tx, one.company_id, one.id, now)
    return len(found)


def _lost(old: Database, new: Database, at: datetime) -> Lost:
    with old.transaction() as tx:
        sends, there = restored.lost_sends(tx, at), restored.booked(tx, at)
    with new.transaction() as tx:
        kept = restored.booked(tx, at)
    amounts = Counter[str]()
    for (transaction_id, purpose), amount_ore in there.items():
        if (transaction_id, purpose) not in kept:
            amounts[purpose] += amount_ore
    return Lost(sends, dict(amounts))
