"""How much waits for UpUp's staff, by what it is."""

from datetime import datetime

from msgspec import Struct

from shared.database.transactions import Transaction


class Waiting(Struct, frozen=True):
    """`agreements`: of which a step of the end has failed and is still open. `differences`: for a person, found since
    then. `access_past_its_end`: was to end, and nobody has said that it did."""

    dead_letters: int
    uncertain_deliveries: int
    disclosures: int
    stopped_by_reports: int
    breaches: int
    agreements: int
    differences: int
    access_past_its_end: int


def waiting(tx: Transaction, staff: str, asked_since: datetime, found_since: datetime, now: datetime) -> Waiting:
    """`disclosures` are those that wait for another's approval than the asking member's own, asked since a moment."""
    (found,) = tx.all(
        Waiting,
        "SELECT (SELECT COUNT(*) FROM dead_letters WHERE replayed_at IS NULL),"
        " (SELECT COUNT(*) FROM sms_doubts t JOIN deliveries d ON d.send_id = t.send_id AND d.position = t.position"
        "  AND d.company_id = t.company_id WHERE d.state = 'unknown'),"
        " (SELECT COUNT(*) FROM disclosures WHERE approved_at IS NULL AND asked_at > %s AND asked_by <> %s),"
        " (SELECT COUNT(*) FROM companies WHERE stopped_at IS NOT NULL AND stopped_by = 'reports'),"
        " (SELECT COUNT(*) FROM breaches b WHERE NOT EXISTS (SELECT 1 FROM breach_entries e"
        "  WHERE e.breach_id = b.id AND e.state IN ('reported', 'closed'))),"
        " (SELECT COUNT(DISTINCT company_id) FROM agreement_endings"
        "  WHERE state <> 'done' AND last_error_class IS NOT NULL),"
        " (SELECT COUNT(*) FROM stripe_differences WHERE NOT healed AND found_at > %s),"
        " (SELECT COUNT(*) FROM access_grants WHERE ended_at IS NULL AND until < %s)"
        " /* all companies: one count for all */",
        (asked_since, staff, found_since, now.date()),
    )
    return found
