"""A delivery receipt: any order, any number of times, also before its delivery is committed as sent."""

from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import receipts
from shared.database.transactions import Database, Transaction, insist
from shared.ports import Receipt
from shared.privacy.tokens import TokenHasher
from shared.use_cases.settle_doubts import AT_ONCE, number_hmac, settle_doubts


def record_receipt(database: Database, tokens: TokenHasher, receipt: Receipt, now: datetime) -> None:
    """Move the delivery, or keep the receipt for it: it may still be on its way into the database, or be in doubt."""
    number = number_hmac(tokens, receipt.phone) if receipt.phone else None
    with database.transaction() as tx:
        known = receipts.apply(tx, receipt.sms_ref, receipt.outcome, receipt.reason, now)
        if not known:
            receipts.keep_early(tx, receipt.sms_ref, receipt.outcome, receipt.reason, now, number, receipt.sender)
    if not known:
        match_early_receipts(database, [receipt.sms_ref], now)
        settle_doubts(database, [number] if number else [], now)


def match_early_receipts(database: Database, sms_refs: Sequence[str], now: datetime) -> None:
    """Apply what came early to deliveries that are there by now.

    Both sides call this after they have committed their own fact, so whichever commits last finds the other's: nobody
    comes after it, so it insists.
    """

    def match(tx: Transaction) -> None:
        early = receipts.take_early(tx, sms_refs)
        matched = [ref for ref, outcome, reason in early if receipts.apply(tx, ref, outcome, reason, now)]
        receipts.drop_early(tx, matched)

    insist(database, match)


def sweep_early_receipts(database: Database, now: datetime) -> int:
    """Match what a worker that died between its two facts has left; how many were waiting."""
    with database.transaction() as tx:
        waiting = receipts.known_by_now(tx, AT_ONCE)
    match_early_receipts(database, waiting, now)
    return len(waiting)
