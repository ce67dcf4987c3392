"""What keeps people's accounts safe: counted attempts, login links on their way, second factors."""

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

SECURE_LOGIN = Text("säker inloggning", "secure login")

ATTEMPT = Datum(
    Text(
        "försök att logga in, skicka formulär eller anmäla: adress eller e-post bara som nyckelberäknat avtryck",
        "attempts to log in, send a form or report: address or e-mail only as a keyed hash",
    ),
    Subject.VISITOR,
    Category.SECURITY,
    Text("att stoppa gissningar och massutskick", "stopping guesses and floods"),
    Basis.INTEREST,
    Text("24 timmar", "24 hours"),
    End.ERASED,
)
LOGIN_REQUEST = Datum(
    Text("att någon bad om en inloggningslänk", "that somebody asked for a login link"),
    Subject.ACCOUNT_HOLDER,
    Category.SECURITY,
    SECURE_LOGIN,
    Basis.AGREEMENT,
    Text("10 minuter, raderas inom 3 timmar", "10 minutes, erased within 3 hours"),
    End.ERASED,
)
SECOND_FACTOR = Datum(
    Text(
        "den andra faktorns hemlighet, krypterad, och återställningskoder, bara som nyckelberäknade avtryck",
        "the second factor's secret, encrypted, and recovery codes, only as keyed hashes",
    ),
    Subject.ACCOUNT_HOLDER,
    Category.SECURITY,
    SECURE_LOGIN,
    Basis.AGREEMENT,
    Text("tills den tas bort eller personen raderas", "until it is taken away or the person is erased"),
    End.ERASED,
)

WITH_THE_PERSON = EndedBy("when the person takes it away, and with the person's own row")

TABLES = (
    Table(
        "attempt_subjects",
        Text("vems försök som räknas", "whose attempts are counted"),
        Expires("last_at", retention.ATTEMPT_LIFE),
        {"subject_hmac": ATTEMPT, "last_at": PROGRESS, "blocked_until": PROGRESS},
    ),
    Table(
        "attempts",
        Text("försök", "attempts"),
        Expires("at", retention.ATTEMPT_LIFE),
        {"id": REFERENCE, "subject_hmac": ATTEMPT, "at": PROGRESS},
    ),
    Table(
        "login_requests",
        Text("inloggningslänkar på väg ut", "login links on their way"),
        Expires("asked_at", retention.LOGIN_LINK_LIFE),
        {
            "id": REFERENCE,
            "person_id": LOGIN_REQUEST,
            "asked_at": PROGRESS,
            "claimed_until": PROGRESS,
            "mailed_at": PROGRESS,
        },
    ),
    Table(
        "second_factors",
        Text("andra faktorer", "second factors"),
        WITH_THE_PERSON,
        {
            "person_id": SECOND_FACTOR,
            "sealed": SECOND_FACTOR,
            "last_step": PROGRESS,
            "enrolled_at": PROGRESS,
            "confirmed_at": PROGRESS,
        },
    ),
    Table(
        "recovery_codes",
        Text("återställningskoder", "recovery codes"),
        WITH_THE_PERSON,
        {"code_hmac": SECOND_FACTOR, "person_id": SECOND_FACTOR},
    ),
)
