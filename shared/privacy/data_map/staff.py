"""What staff do with encrypted rows: who asked, who approved, and each reading."""

from shared.domain import retention
from shared.privacy.data_map.model import (
    PROGRESS,
    REFERENCE,
    Basis,
    Category,
    Datum,
    End,
    Expires,
    Subject,
    Table,
    Text,
)

DISCLOSURE = Datum(
    Text(
        "vem av personalen som begärde, godkände och läste ett krypterat utskick, och när",
        "who of the staff asked for, approved and read an encrypted send, and when",
    ),
    Subject.STAFF,
    Category.SECURITY,
    Text("att varje läsning kan granskas", "that each reading can be examined"),
    Basis.INTEREST,
    Text("12 månader", "12 months"),
    End.ERASED,
)
REASON = Datum(
    Text(
        "skälet till en läsning, i personalens ord; inga personuppgifter hör hemma där",
        "the reason for a reading, in the staff's words; no personal data belongs in it",
    ),
    Subject.STAFF,
    Category.SECURITY,
    Text("att varje läsning kan granskas", "that each reading can be examined"),
    Basis.INTEREST,
    Text("12 månader", "12 months"),
    End.ERASED,
)

TABLES = (
    Table(
        "disclosures",
        Text("begäran att läsa ett krypterat utskick", "requests to read an encrypted send"),
        Expires("asked_at", retention.STAFF_LOG_LIFE, early=True),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "send_id": REFERENCE,
            "reason": REASON,
            "asked_by": DISCLOSURE,
            "asked_at": DISCLOSURE,
            "approved_by": DISCLOSURE,
            "approved_at": DISCLOSURE,
            "closes_at": PROGRESS,
        },
    ),
    Table(
        "disclosure_readings",
        Text("läsningar av krypterade rader", "readings of encrypted rows"),
        Expires("at", retention.STAFF_LOG_LIFE, early=True),
        {
            "id": REFERENCE,
            "disclosure_id": REFERENCE,
            "company_id": REFERENCE,
            "staff": DISCLOSURE,
            "at": DISCLOSURE,
            "first_position": DISCLOSURE,
            "last_position": DISCLOSURE,
            "decrypts": PROGRESS,
        },
    ),
)
