"""A delivery receipt: any order, any number of times, also before its delivery is committed as sent."""

from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import receipts
from shared.database.transactions import Database
from shared.domain.delivery import DeliveryState


def record_receipt(database: Database, sms_ref: str, outcome: DeliveryState, reason: str | None, now: datetime) -> None:
    """Move the delivery, or keep the receipt for it: it may still be on its way into the database."""
    with database.transaction() as tx:
        known = receipts.apply(tx, sms_ref, outcome, reason, now)
        if not known:
            receipts.keep_early(tx, sms_ref, outcome, reason, now)
    if not known:
        match_early_receipts(database, [sms_ref], now)


def match_early_receipts(database: Database, sms_refs: Sequence[str], now: datetime) -> None:
    """Apply what came early to deliveries that are there by now.

    Both sides call this after they have committed their own fact, so whichever commits last finds the other's.
    """
    with database.transaction() as tx:
        early = receipts.take_early(tx, sms_refs)
        matched = [ref for ref, outcome, reason in early if receipts.apply(tx, ref, outcome, reason, now)]
        receipts.drop_early(tx, matched)
