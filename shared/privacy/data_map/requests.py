"""What persons ask for: the requests, and each step of them. What was found is never kept."""

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

ANSWERING = Text("att besvara begäranden från personer i tid", "answering persons' requests in time")
TWELVE_MONTHS = Text("12 månader", "12 months")

ASKED = Datum(
    Text(
        "vad som begärdes och när; inget av vad som hittades, och från att den är klar inte om vem",
        "what was asked for and when; nothing of what was found, and once it is done not about whom",
    ),
    Subject.COMPANY,
    Category.COURSE,
    ANSWERING,
    Basis.LAW,
    TWELVE_MONTHS,
    End.ERASED,
)
ABOUT_RECIPIENT = Datum(
    Text(
        "vilken mottagare en öppen begäran gäller: nyckelberäknat avtryck av numret",
        "which recipient an open request is about: keyed fingerprint of the number",
    ),
    Subject.RECIPIENT,
    Category.PSEUDONYM,
    ANSWERING,
    Basis.INSTRUCTION,
    Text("tills begäran är klar", "until the request is done"),
    End.FORGOTTEN,
)
ABOUT_ACCOUNT_HOLDER = Datum(
    Text("vilken kontoinnehavare en öppen begäran gäller", "which account holder an open request is about"),
    Subject.ACCOUNT_HOLDER,
    Category.PSEUDONYM,
    ANSWERING,
    Basis.LAW,
    Text("tills begäran är klar", "until the request is done"),
    End.FORGOTTEN,
)
ERASED_SMS = Datum(
    Text(
        "nyckelberäknat avtryck av id:t på ett SMS till en raderad mottagare",
        "keyed hash of the id of an SMS to an erased recipient",
    ),
    Subject.RECIPIENT,
    Category.PSEUDONYM,
    Text(
        "att inget sparas av en kvittens som kommer efter raderingen", "keeping nothing of a receipt that comes later"
    ),
    Basis.INSTRUCTION,
    Text("högst 72 timmar", "at most 72 hours"),
    End.ERASED,
)
TOLD = Datum(
    Text("vilken ägare som har fått veta om vilken begäran", "which owner was told of which request"),
    Subject.ACCOUNT_HOLDER,
    Category.COURSE,
    ANSWERING,
    Basis.LAW,
    TWELVE_MONTHS,
    End.ERASED,
)
WHO = Datum(
    Text("vem i företaget som gjorde vad i en begäran, och när", "who of the company did what in a request, and when"),
    Subject.ACCOUNT_HOLDER,
    Category.SECURITY,
    Text("bevis på att begäranden besvaras", "proof that requests are answered"),
    Basis.LAW,
    TWELVE_MONTHS,
    End.ERASED,
)

TABLES = (
    Table(
        "erased_sms",
        Text("SMS till raderade mottagare", "SMS to erased recipients"),
        Expires("erased_at", retention.EARLY_RECEIPT_LIFE, early=True),
        {"sms_ref_hmac": ERASED_SMS, "erased_at": PROGRESS},
    ),
    Table(
        "privacy_requests",
        Text("begäranden från personer", "persons' requests"),
        Expires("received_at", retention.PRIVACY_REQUEST_LIFE, early=True),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "kind": ASKED,
            "source": ASKED,
            "state": PROGRESS,
            "about": ASKED,
            "fingerprint": ABOUT_RECIPIENT,
            "person_id": ABOUT_ACCOUNT_HOLDER,
            "opt_out_too": ASKED,
            "received_at": ASKED,
            "due_at": PROGRESS,
            "began_at": PROGRESS,
            "done_at": PROGRESS,
            "told_at": PROGRESS,
        },
    ),
    Table(
        "privacy_request_notices",
        Text("mejl till ägare om begäranden", "mails to owners of requests"),
        Expires("told_at", retention.PRIVACY_REQUEST_LIFE, early=True),
        {"request_id": REFERENCE, "company_id": REFERENCE, "member_id": TOLD, "told_at": TOLD},
    ),
    Table(
        "privacy_request_steps",
        Text("varje steg i en begäran", "each step of a request"),
        Expires("at", retention.PRIVACY_REQUEST_LIFE, early=True),
        {
            "id": REFERENCE,
            "request_id": REFERENCE,
            "company_id": REFERENCE,
            "step": WHO,
            "member_id": WHO,
            "at": WHO,
        },
    ),
)
