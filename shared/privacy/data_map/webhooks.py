"""Outgoing webhooks: where a company is told what happens, and what it was told."""

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
)

TELLING = Text(
    "att berätta för företagets egna system vad som händer", "telling the company's own systems what happens"
)
UNTIL_THE_END = Text("tills företaget tar bort den eller avtalet upphör", "until removed or the agreement ends")
KEPT = Text("30 dagar, raderas inom 3 timmar", "30 days, erased within 3 hours")

ENDPOINT = Datum(
    Text(
        "adresser som företaget vill bli anropat på, vad det vill veta och vad det kallar dem",
        "addresses at which the company wants to be called, of what it is told there, and what it calls them",
    ),
    Subject.COMPANY,
    Category.AGREEMENT,
    TELLING,
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)
SECRET = Datum(
    Text(
        "nyckeln som UpUps anrop till företaget signeras med, förseglad",
        "the key that UpUp's calls to the company are signed with, sealed",
    ),
    Subject.COMPANY,
    Category.SECURITY,
    TELLING,
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)
EVENT = Datum(
    Text(
        "vad som har hänt med en leverans, och när: utskickets id och plats i det, aldrig nummer, namn eller gåva",
        "what has happened to a delivery, and when: its send's id and place, never a number, name or gift",
    ),
    Subject.RECIPIENT,
    Category.COURSE,
    TELLING,
    Basis.INSTRUCTION,
    KEPT,
    End.ERASED,
)
REDEEMED = Datum(
    Text(
        "vilken kupong som har lösts in; inget om för vem, och bara tills det är berättat",
        "which coupon has been redeemed; nothing of whose, and only until that is told",
    ),
    Subject.NOBODY,
    Category.GIFT,
    TELLING,
    Basis.NO_PERSON,
    Text("tills det är berättat, högst 30 dagar", "until it is told, 30 days at most"),
    End.FORGOTTEN,
)

TABLES = (
    Table(
        "webhook_endpoints",
        Text("företagets adresser för webhookar", "webhook endpoints"),
        EndedBy("when the company removes it; end_agreements"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "url": ENDPOINT,
            "events": ENDPOINT,
            "description": ENDPOINT,
            "state": PROGRESS,
            "created_at": PROGRESS,
            "test": PROGRESS,
            "failing_since": PROGRESS,
            "tell_owners": PROGRESS,
            "claimed_by": PROGRESS,
            "claimed_until": PROGRESS,
        },
    ),
    Table(
        "webhook_secrets",
        Text("nycklar för webhookar", "webhook secrets"),
        EndedBy("when its endpoint is removed, and a replaced one with the next replacement; end_agreements"),
        {
            "id": REFERENCE,
            "endpoint_id": REFERENCE,
            "company_id": REFERENCE,
            "sealed": SECRET,
            "until": PROGRESS,
        },
    ),
    Table(
        "webhook_messages",
        Text("vad som har berättats genom webhookar", "what webhooks have told"),
        Expires("happened_at", retention.WEBHOOK_MESSAGE_LIFE),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "endpoint_id": REFERENCE,
            "type": EVENT,
            "send_id": EVENT,
            "position": EVENT,
            "coupon_id": REDEEMED,
            "reason": EVENT,
            "happened_at": EVENT,
            "state": PROGRESS,
            "tries": PROGRESS,
            "next_at": PROGRESS,
        },
    ),
    Table(
        "webhook_attempts",
        Text("anrop av webhookar", "webhook calls"),
        Expires("at", retention.WEBHOOK_MESSAGE_LIFE),
        {
            "id": REFERENCE,
            "message_id": REFERENCE,
            "endpoint_id": REFERENCE,
            "company_id": REFERENCE,
            "at": PROGRESS,
            "status": PROGRESS,
            "trouble": PROGRESS,
            "duration_ms": PROGRESS,
        },
    ),
)
