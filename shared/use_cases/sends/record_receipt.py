"""A delivery receipt: any order, any number of times, also before its delivery is committed as sent."""

from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import receipts
from shared.database.transactions import Database, Transaction, insist
from shared.ports import Receipt
from shared.privacy.fingerprint import NumberHashes
from shared.privacy.tokens import TokenHasher
from shared.use_cases.sends.settle_doubts import AT_ONCE, settle_doubts

ERASED_PURPOSE = "erased-sms"


def record_receipt(
    database: Database, tokens: TokenHasher, number_hashes: NumberHashes, receipt: Receipt, now: datetime
) -> None:
    """Move the delivery, or keep the receipt for it: it may still be on its way into the database, or be in doubt."""
    if insist(database, lambda tx: receipts.apply(tx, receipt.sms_ref, receipt.outcome, receipt.reason, now)):
        return
    number = number_hashes()(receipt.phone) if receipt.phone else None
    if insist(database, lambda tx: _keep(tx, tokens, receipt, number, now)):
        match_early_receipts(database, [receipt.sms_ref], now)
        settle_doubts(database, [number] if number else [], now)


def erased_sms(tokens: TokenHasher, sms_ref: str) -> bytes:
    """What is kept of an erased recipient's SMS for the 72 hours in which a receipt may come."""
    return tokens.digest(ERASED_PURPOSE, sms_ref)


def _keep(tx: Transaction, tokens: TokenHasher, receipt: Receipt, number: bytes | None, now: datetime) -> bool:
    """False for an erased recipient's: nothing is kept of it. First it is written and then it is looked whether it may
    stay, as the erasure says so first and then deletes: whichever comes last finds the other's."""
    receipts.keep_early(tx, receipt.sms_ref, receipt.outcome, receipt.reason, now, number, receipt.sender)
    if not receipts.is_erased(tx, erased_sms(tokens, receipt.sms_ref)):
        return True
    receipts.drop_early(tx, [receipt.sms_ref])
    return False


def match_early_receipts(database: Database, sms_refs: Sequence[str], now: datetime) -> None:
    """Apply what came early to deliveries that are there by now.

    Both sides call this after they have committed their own fact, so whichever commits last finds the other's: nobody
    comes after it, so it insists.
    """

    def match(tx: Transaction) -> None:
        if not receipts.any_early(tx, sms_refs):
            return
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
