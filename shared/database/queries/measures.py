"""Counts for the alerts, of all companies together."""

from datetime import datetime, timedelta

from msgspec import Struct

from shared.database.transactions import Transaction
from shared.domain.delivery import UNDER_WAY


class Clear(Struct, frozen=True):
    """What is in clear: how many rows, when the oldest was uploaded, and when the first of them must be encrypted."""

    rows: int
    oldest: datetime | None
    nearest_limit: datetime | None


def in_clear(tx: Transaction) -> Clear:
    found = tx.one(
        Clear,
        "SELECT COUNT(*), MIN(s.created_at), MIN(s.encrypt_at) FROM sends s"
        " JOIN deliveries d ON d.send_id = s.id AND d.company_id = s.company_id"
        " WHERE s.encrypted_at IS NULL AND d.phone IS NOT NULL /* all companies: the law is one for all */",
    )
    return found or Clear(0, None, None)


def texts(tx: Transaction, begun_before: datetime) -> int:
    """Sends that began before that moment and still have their text."""
    return _count(
        tx,
        "SELECT COUNT(*) FROM sends WHERE sealed_text IS NOT NULL AND start_at < %s"
        " /* all companies: the law is one for all */",
        begun_before,
    )


def sends_to_erase(tx: Transaction, before: datetime) -> int:
    """Sends that should have been deleted before that moment."""
    return _count(
        tx, "SELECT COUNT(*) FROM sends WHERE erase_at < %s /* all companies: the law is one for all */", before
    )


def disclosures_asked(tx: Transaction, asked_after: datetime) -> int:
    """Those that wait for somebody to approve them."""
    return _count(
        tx,
        "SELECT COUNT(*) FROM disclosures WHERE approved_at IS NULL AND asked_at > %s"
        " /* all companies: one count for all */",
        asked_after,
    )


def disclosures_open(tx: Transaction, now: datetime) -> int:
    return _count(
        tx, "SELECT COUNT(*) FROM disclosures WHERE closes_at > %s /* all companies: one count for all */", now
    )


def endings_open(tx: Transaction) -> int:
    """Companies whose agreement has ended and of which something is left."""
    return _count(
        tx,
        "SELECT COUNT(DISTINCT company_id) FROM agreement_endings WHERE state IN ('open', 'waiting')"
        " /* all companies: one count for all */",
    )


def ending_steps_failing(tx: Transaction) -> int:
    return _count(
        tx,
        "SELECT COUNT(*) FROM agreement_endings WHERE state = 'open' AND tries > 0"
        " /* all companies: one count for all */",
    )


def breaches_open(tx: Transaction, found_before: datetime) -> int:
    """Breaches found before that moment, and neither reported nor closed."""
    return _count(
        tx,
        "SELECT COUNT(*) FROM breaches b WHERE b.found_at < %s AND NOT EXISTS"
        " (SELECT 1 FROM breach_entries e WHERE e.breach_id = b.id AND e.state IN ('reported', 'closed'))",
        found_before,
    )


def breach_notices(tx: Transaction) -> int:
    """Owners who are still to be told."""
    return _count(
        tx,
        "SELECT COUNT(*) FROM breach_notices n JOIN members m ON m.id = n.member_id AND m.company_id = n.company_id"
        " WHERE n.told_at IS NULL /* all companies: one count for all */",
    )


def oldest_waiting(tx: Transaction) -> datetime | None:
    """When the oldest send began of which something waits for its coupon or its SMS. Those of stopped companies wait
    for a person."""
    found: datetime | None = tx.value(
        "SELECT MIN(s.start_at) FROM sends s JOIN companies c ON c.id = s.company_id AND c.stopped_at IS NULL"
        " WHERE s.state = 'processing' AND EXISTS (SELECT 1 FROM deliveries d WHERE d.send_id = s.id"
        " AND d.company_id = s.company_id AND d.state IN %s) /* all companies: one figure for all */",
        (UNDER_WAY,),
    )
    return found


def oldest_unpublished(tx: Transaction) -> datetime | None:
    found: datetime | None = tx.value("SELECT MIN(created_at) FROM outbox")
    return found


def doubts_open(tx: Transaction) -> int:
    return _count(tx, "SELECT COUNT(*) FROM sms_doubts /* all companies: one count for all */")


def access_past_its_end(tx: Transaction, now: datetime) -> int:
    return _count(
        tx, "SELECT COUNT(*) FROM access_grants WHERE ended_at IS NULL AND until < %s", now - timedelta(days=1)
    )


def _count(tx: Transaction, sql: str, *arguments: object) -> int:
    return int(tx.value(sql, arguments))
