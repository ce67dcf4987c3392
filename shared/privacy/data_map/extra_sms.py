"""Resends and reminders: they lead from a delivery to its gift's second link, so they go when those part ways."""

from shared.privacy.data_map.model import PROGRESS, REFERENCE, EndedBy, Table, Text
from shared.privacy.data_map.sends import COURSE, PRICE

TABLES = (
    Table(
        "extra_sms",
        Text("SMS om en gåva som redan är skickad: länken igen", "SMS about a gift that was sent: its link again"),
        EndedBy("when its delivery is encrypted; with its send; end_agreements"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "send_id": REFERENCE,
            "position": REFERENCE,
            "kind": COURSE,
            "number": COURSE,
            "language": COURSE,
            "state": COURSE,
            "reason": COURSE,
            "sms_ref": COURSE,
            "sms_ref_hmac": COURSE,
            "claimed_by": PROGRESS,
            "due_at": PROGRESS,
            "hold_id": REFERENCE,
            "price_ore": PRICE,
            "created_at": COURSE,
            "sent_at": COURSE,
            "delivered_at": COURSE,
        },
    ),
)
