"""Which numbers had a trial SMS, and which want none from UpUp: by keyed hash only."""

from datetime import date, datetime

from shared.database.transactions import Transaction


def begin_trial_sms(tx: Transaction, number_hmac: bytes, link_hmac: bytes, now: datetime, before: datetime) -> bool:
    """Claim the number; False where it has opted out, or had an SMS that began after `before`.

    The row says `unknown` from here on, so that whatever becomes of its worker nothing is sent twice.
    """
    if tx.value("SELECT 1 FROM own_opt_outs WHERE number_hmac = %s", (number_hmac,)):
        return False
    tx.execute("DELETE FROM test_sends WHERE number_hmac = %s AND begun_at <= %s", (number_hmac, before))
    begun = tx.execute(
        "INSERT IGNORE INTO test_sends (number_hmac, link_hmac, state, begun_at) VALUES (%s, %s, 'unknown', %s)",
        (number_hmac, link_hmac, now),
    )
    return begun == 1


def ended(tx: Transaction, number_hmac: bytes, state: str) -> None:
    tx.execute("UPDATE test_sends SET state = %s WHERE number_hmac = %s AND state = 'unknown'", (state, number_hmac))


def forget_trial_sms(tx: Transaction, number_hmac: bytes) -> None:
    """Nothing was tried: it may be asked for again."""
    tx.execute("DELETE FROM test_sends WHERE number_hmac = %s AND state = 'unknown'", (number_hmac,))


def opt_out(tx: Transaction, link_hmac: bytes, today: date) -> None:
    tx.execute(
        "INSERT IGNORE INTO own_opt_outs (number_hmac, opted_out_on)"
        " SELECT number_hmac, %s FROM test_sends WHERE link_hmac = %s",
        (today, link_hmac),
    )
