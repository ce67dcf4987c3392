"""What keeps the service running: keys, messages, answers given once, and what staff did."""

from shared.domain import retention
from shared.privacy.data_map.model import (
    PROGRESS,
    REFERENCE,
    Basis,
    Category,
    Datum,
    End,
    EndedBy,
    Expires,
    Subject,
    Table,
    Text,
    technical,
)

WRAPPED_KEY = Datum(
    Text("datanyckel, låst av Cloud KMS", "data key, wrapped by Cloud KMS"),
    Subject.NOBODY,
    Category.KEY,
    Text("kryptering", "encryption"),
    Basis.NO_PERSON,
    Text("som det sista den låser upp", "as the last thing that it opens"),
    End.ERASED,
)
MESSAGE = technical(
    Text(
        "vilka rader ett meddelande gäller; aldrig vad som står i dem",
        "which rows a message is about, never what they hold",
    )
)
ANSWER = Datum(
    Text(
        "det första svaret på en begäran, utan något av dess innehåll",
        "the first answer to a request, without its input",
    ),
    Subject.COMPANY,
    Category.OPERATION,
    Text("att samma begäran inte utförs två gånger", "not doing the same request twice"),
    Basis.AGREEMENT,
    Text("48 timmar", "48 hours"),
    End.ERASED,
)
STAFF_ACTION = Datum(
    Text("vem av personalen som gjorde vad, och när", "who of the staff did what, and when"),
    Subject.STAFF,
    Category.SECURITY,
    Text("säkerhet och bevis", "security and proof"),
    Basis.INTEREST,
    Text("12 månader", "12 months"),
    End.ERASED,
)

TABLES = (
    Table(
        "transit_keys",
        Text(
            "dagens nycklar för namn, texter och koder på väg ut",
            "the days' keys for names, texts and codes on their way",
        ),
        EndedBy("erase_expired, when no text of the day is left"),
        {"day": PROGRESS, "version": REFERENCE, "wrapped": WRAPPED_KEY},
    ),
    Table(
        "data_keys",
        Text("nycklar till krypterade rader", "keys of encrypted rows"),
        EndedBy("erase_expired, when no row under it is left; end_agreements"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "send_day": PROGRESS,
            "version": REFERENCE,
            "wrapped": WRAPPED_KEY,
        },
    ),
    Table(
        "outbox",
        Text("meddelanden som väntar på Pub/Sub", "messages that wait for Pub/Sub"),
        EndedBy("when Pub/Sub has taken it"),
        {"id": REFERENCE, "topic": MESSAGE, "body": MESSAGE, "traceparent": REFERENCE, "created_at": PROGRESS},
    ),
    Table(
        "dead_letters",
        Text("meddelanden som gavs upp", "messages that were given up"),
        Expires("kept_at", retention.DEAD_LETTER_LIFE),
        {
            "id": REFERENCE,
            "outbox_id": REFERENCE,
            "topic": MESSAGE,
            "body": MESSAGE,
            "reason": MESSAGE,
            "attempts": PROGRESS,
            "published_at": PROGRESS,
            "kept_at": PROGRESS,
            "replayed_at": PROGRESS,
        },
    ),
    Table(
        "idempotent_answers",
        Text("svar som ges igen", "answers that are given again"),
        Expires("created_at", retention.IDEMPOTENT_KEPT, early=True),
        {
            "company_id": REFERENCE,
            "operation": PROGRESS,
            "key_hmac": ANSWER,
            "body_hmac": ANSWER,
            "status": ANSWER,
            "answer": ANSWER,
            "created_at": PROGRESS,
        },
    ),
    Table(
        "staff_log",
        Text("vad personalen har gjort", "what staff have done"),
        Expires("at", retention.STAFF_LOG_LIFE, early=True),
        {
            "id": REFERENCE,
            "at": STAFF_ACTION,
            "staff": STAFF_ACTION,
            "action": STAFF_ACTION,
            "subject": STAFF_ACTION,
        },
    ),
    Table(
        "suppliers",
        Text("hur leverantörerna mår", "how suppliers fare"),
        EndedBy("never: one row a supplier"),
        {
            "name": PROGRESS,
            "tokens": PROGRESS,
            "refilled_at": PROGRESS,
            "failures": PROGRESS,
            "blocked_until": PROGRESS,
        },
    ),
    Table(
        "supplier_turns",
        Text("pågående anrop till en leverantör", "calls to a supplier that are under way"),
        EndedBy("never: as many rows as a supplier takes calls at once"),
        {"supplier": PROGRESS, "turn": PROGRESS, "taken_until": PROGRESS},
    ),
    Table(
        "cursors",
        Text("hur långt en avläsning har kommit", "how far a poll has come"),
        EndedBy("never: one row a poll"),
        {"name": PROGRESS, "value": REFERENCE},
    ),
    Table(
        "migrations",
        Text("schemats versioner", "versions of the schema"),
        EndedBy("never: one row a migration"),
        {"name": PROGRESS, "applied_at": PROGRESS},
    ),
)
