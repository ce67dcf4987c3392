"""API keys: what programs of a company come in with."""

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

SECURE_ACCESS = Text("säker åtkomst för företagets program", "secure access for the company's programs")
KEPT = Text(
    "12 månader efter att nyckeln slutade gälla, längst tills avtalet upphör",
    "12 months after the key ended, at most until the agreement ends",
)
KEY = Datum(
    Text(
        "API-nyckel, bara som nyckelberäknat avtryck, med namn, rättigheter och sista fyra tecken",
        "an API key, only as a keyed hash, with its name, scopes and last four characters",
    ),
    Subject.COMPANY,
    Category.SECURITY,
    SECURE_ACCESS,
    Basis.AGREEMENT,
    KEPT,
    End.ERASED,
)
MAKER = Datum(
    Text("vem som skapade en API-nyckel", "who made an API key"),
    Subject.ACCOUNT_HOLDER,
    Category.SECURITY,
    SECURE_ACCESS,
    Basis.AGREEMENT,
    KEPT,
    End.ERASED,
)

TABLES = (
    Table(
        "api_keys",
        Text("API-nycklar", "API keys"),
        Expires("expires_at", retention.API_KEY_LIFE),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "key_hmac": KEY,
            "name": KEY,
            "mode": KEY,
            "scopes": KEY,
            "last_four": KEY,
            "created_by": MAKER,
            "created_at": PROGRESS,
            "expires_at": PROGRESS,
            "revoked_at": PROGRESS,
            "last_used_at": PROGRESS,
        },
    ),
)
