"""Every few minutes: staff are mailed when a stock of codes falls below its limit, once each time."""

from datetime import datetime

from shared.database.queries import code_pools
from shared.database.transactions import Database, Transaction, insist
from shared.metrics import Metric, measure
from shared.ports import Mail

SUBJECT = "Få koder kvar / Few codes left"
TEXT = """Hej!

Det finns {in_stock} koder kvar av {product}, och gränsen är {limit}. Beställ fler, och läs in dem med \
POST /v1/staff/code-pools/{product}/codes.

{in_stock} codes of {product} are left, and the limit is {limit}. Order more, and import them.
"""


def tell_of_low_stock(database: Database, mail: Mail, address: str, now: datetime) -> int:
    """How many mails. Raises `SupplierUnavailable` and `MailRefused`: the next run goes on with those that are left."""
    with database.transaction() as tx:
        pools = code_pools.pools(tx)
    measure(Metric.POOLS_LOW_ON_CODES, sum(pool.is_low for pool in pools))
    sent = 0
    for pool in pools:
        if pool.is_low == (pool.told_at is not None):
            continue
        if pool.is_low:
            text = TEXT.format(product=pool.product, in_stock=pool.in_stock, limit=pool.low_stock_limit)
            mail.send(address, SUBJECT, text)
            sent += 1
        _note(database, pool.product, now if pool.is_low else None)
    return sent


def _note(database: Database, product: str, at: datetime | None) -> None:
    def note(tx: Transaction) -> None:
        code_pools.told(tx, product, at)

    insist(database, note)
