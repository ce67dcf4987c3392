"""Delivery receipts: matched by the supplier's id of the SMS, in any order and any number of times."""

from collections.abc import Sequence
from datetime import datetime

from shared.database.queries import extra_sms, webhook_events
from shared.database.transactions import Transaction
from shared.domain.delivery import DeliveryState, sources


def apply(tx: Transaction, sms_ref: str, outcome: DeliveryState, reason: str | None, now: datetime) -> bool:
    """Move the delivery or the extra SMS where its state leads there; whether the SMS is known at all."""
    if outcome is DeliveryState.DELIVERED and _delivered(tx, sms_ref, now):
        return True
    moved = tx.execute(
        "UPDATE deliveries SET state = %s, reason = %s, delivered_at = IF(%s = 'delivered', %s, delivered_at)"
        " WHERE sms_ref = %s AND state IN %s /* all companies: the supplier names the SMS only */",
        (outcome, reason, outcome, now, sms_ref, sources(outcome)),
    )
    if moved:  # one that arrived after all is wanted again, unless its company has taken it back
        tx.execute(
            "UPDATE coupons c JOIN deliveries d ON d.coupon_id = c.id"
            f" SET c.unwanted = {extra_sms.UNWANTED}"
            " WHERE d.sms_ref = %s AND d.state IN ('failed', 'delivered')"
            " /* all companies: the supplier names the SMS only */",
            (sms_ref,),
        )
        webhook_events.receipt_came(tx, sms_ref, outcome, reason, now)
        return True
    known = tx.value(
        "SELECT 1 FROM deliveries WHERE sms_ref = %s LIMIT 1 /* all companies: the supplier names the SMS only */",
        (sms_ref,),
    )
    return bool(known) or extra_sms.apply_receipt(tx, sms_ref, outcome, reason, now)


def _delivered(tx: Transaction, sms_ref: str, now: datetime) -> bool:
    """What most receipts come to: of an SMS that is known as sent, whose gift was wanted all the time, and of which no
    endpoint is to be told. It is one statement, which is committed by itself."""
    moved = tx.execute_alone(
        "UPDATE deliveries d SET d.state = 'delivered', d.reason = NULL, d.delivered_at = %s"
        " WHERE d.sms_ref = %s AND d.state = 'sent' AND NOT EXISTS"
        " (SELECT 1 FROM webhook_endpoints e WHERE e.company_id = d.company_id AND e.state = 'enabled')"
        " /* all companies: the supplier names the SMS only */",
        (now, sms_ref),
    )
    return bool(moved)


def keep_early(
    tx: Transaction,
    sms_ref: str,
    outcome: DeliveryState,
    reason: str | None,
    now: datetime,
    number_hmac: bytes | None,
    sender: str | None,
) -> None:
    """Keep a receipt that came before its delivery was committed as sent; of two, the one that says it arrived."""
    tx.execute(
        "INSERT INTO early_receipts (sms_ref, outcome, reason, received_at, number_hmac, sender)"
        " VALUES (%s, %s, %s, %s, %s, %s)"
        " ON DUPLICATE KEY UPDATE outcome = IF(%s = 'delivered', 'delivered', outcome)",
        (sms_ref, outcome, reason, now, number_hmac, sender, outcome),
    )


def any_early(tx: Transaction, sms_refs: Sequence[str]) -> bool:
    """Whether a receipt of these SMS came early: what is not committed yet looks for its delivery itself."""
    sql = "SELECT 1 FROM early_receipts WHERE sms_ref IN %s LIMIT 1"
    return bool(sms_refs and tx.value(sql, (list(sms_refs),)))


def take_early(tx: Transaction, sms_refs: Sequence[str]) -> list[tuple[str, DeliveryState, str | None]]:
    """(SMS, outcome, reason) of the early receipts of these SMS, locked."""
    if not sms_refs:
        return []
    return tx.all(
        lambda sms_ref, outcome, reason: ((sms_ref, DeliveryState(outcome), reason if outcome == "failed" else None)),
        "SELECT sms_ref, outcome, reason FROM early_receipts WHERE sms_ref IN %s FOR UPDATE",
        (list(sms_refs),),
    )


def known_by_now(tx: Transaction, most: int) -> list[str]:
    """Early receipts whose delivery or extra SMS has been committed since."""
    return tx.values(
        "(SELECT r.sms_ref FROM early_receipts r JOIN deliveries d ON d.sms_ref = r.sms_ref LIMIT %s)"
        " UNION ALL (SELECT r.sms_ref FROM early_receipts r JOIN extra_sms x ON x.sms_ref = r.sms_ref LIMIT %s)"
        " /* all companies: the supplier names the SMS only */",
        (most, most),
    )


def is_erased(tx: Transaction, sms_ref_hmac: bytes) -> bool:
    """Whether the SMS's recipient has been erased; waits for an erasure that is about to say so."""
    # MySQL takes FOR UPDATE from those alone who may change the table, and nobody may change this one
    return bool(tx.value("SELECT 1 FROM erased_sms WHERE sms_ref_hmac = %s LOCK IN SHARE MODE", (sms_ref_hmac,)))


def erased(tx: Transaction, sms_ref_hmacs: Sequence[bytes], now: datetime) -> None:
    """Note that what comes of these SMS is about nobody any more. Again changes nothing."""
    tx.insert_many(
        "INSERT IGNORE INTO erased_sms (sms_ref_hmac, erased_at) VALUES (%s, %s)", [(one, now) for one in sms_ref_hmacs]
    )


def drop_early(tx: Transaction, sms_refs: Sequence[str]) -> None:
    if sms_refs:
        tx.execute("DELETE FROM early_receipts WHERE sms_ref IN %s", (list(sms_refs),))
