"""The registers that staff keep: personal data breaches, and who has access to what."""

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

FIVE_YEARS = Text(
    "fem år efter sista anteckningen om en avslutad incident: så länge kan tillsynsmyndigheten vilja kontrollera att "
    "den hanterades rätt (art. 33.5, ansvarsskyldighet)",
    "five years after the last entry of a closed breach: for that long the supervisory authority may want to verify "
    "that it was handled rightly (Art. 33(5), accountability)",
)
DOCUMENTING = Text(
    "att dokumentera incidenter, deras följder och åtgärder", "documenting breaches, their effects and what was done"
)

BREACH = Datum(
    Text(
        "vad som hände vid en personuppgiftsincident, i personalens ord; inga personuppgifter hör hemma där",
        "what happened in a personal data breach, in the staff's words; no personal data belongs in it",
    ),
    Subject.COMPANY,
    Category.SECURITY,
    DOCUMENTING,
    Basis.LAW,
    FIVE_YEARS,
    End.ERASED,
)
KEPT_BY = Datum(
    Text(
        "vem av personalen som antecknade vad om en personuppgiftsincident, och när",
        "who of the staff noted what of a personal data breach, and when",
    ),
    Subject.STAFF,
    Category.SECURITY,
    DOCUMENTING,
    Basis.LAW,
    FIVE_YEARS,
    End.ERASED,
)
TOLD = Datum(
    Text(
        "vilken ägare som fick veta om en personuppgiftsincident, och när; utan namn och adress",
        "which owner was told of a personal data breach, and when; without name or address",
    ),
    Subject.ACCOUNT_HOLDER,
    Category.SECURITY,
    Text("att visa att företagen underrättades", "showing that the companies were told"),
    Basis.LAW,
    FIVE_YEARS,
    End.ERASED,
)
ACCESS = Datum(
    Text(
        "vem hos UpUp och The Farm Interactive som har åtkomst till vad, i vilken miljö och sedan när",
        "who at UpUp and The Farm Interactive has access to what, in which environment and since when",
    ),
    Subject.STAFF,
    Category.SECURITY,
    Text("att bara namngivna personer når uppgifterna", "that only named people reach the data"),
    Basis.INTEREST,
    Text("12 månader efter att åtkomsten togs bort", "12 months after the access was taken away"),
    End.ERASED,
)
REVIEW = Datum(
    Text("vem som gick igenom åtkomsterna, och när", "who went through the accesses, and when"),
    Subject.STAFF,
    Category.SECURITY,
    Text("att visa att det görs varje år", "showing that it is done every year"),
    Basis.INTEREST,
    Text("tre år", "three years"),
    End.ERASED,
)

ENDED = EndedBy("erase_expired, 5 years after the last entry of a closed breach")

TABLES = (
    Table(
        "breaches",
        Text("personuppgiftsincidenter", "personal data breaches"),
        ENDED,
        {
            "id": REFERENCE,
            "happened_at": BREACH,
            "found_at": BREACH,
            "what": BREACH,
            "consequences": BREACH,
            "all_companies": BREACH,
            "registered_by": KEPT_BY,
            "registered_at": KEPT_BY,
        },
    ),
    Table(
        "breach_entries",
        Text("vad som gjorts åt en personuppgiftsincident", "what was done about a personal data breach"),
        ENDED,
        {
            "id": REFERENCE,
            "breach_id": REFERENCE,
            "at": KEPT_BY,
            "staff": KEPT_BY,
            "state": BREACH,
            "measures": BREACH,
            "message": BREACH,
        },
    ),
    Table(
        "breach_companies",
        Text("vilka företag en personuppgiftsincident rör", "which companies a personal data breach concerns"),
        ENDED,
        {"breach_id": REFERENCE, "company_id": BREACH},
    ),
    Table(
        "breach_notices",
        Text("vem som fått veta om en personuppgiftsincident", "who was told of a personal data breach"),
        ENDED,
        {
            "entry_id": REFERENCE,
            "member_id": TOLD,
            "breach_id": REFERENCE,
            "company_id": REFERENCE,
            "claimed_until": PROGRESS,
            "told_at": TOLD,
        },
    ),
    Table(
        "access_grants",
        Text("vem som har åtkomst till vad", "who has access to what"),
        Expires("ended_at", retention.STAFF_LOG_LIFE, early=True),
        {
            "id": REFERENCE,
            "name": ACCESS,
            "email": ACCESS,
            "organisation": ACCESS,
            "environment": ACCESS,
            "what": ACCESS,
            "role": ACCESS,
            "since": ACCESS,
            "until": ACCESS,
            "granted_by": ACCESS,
            "granted_at": ACCESS,
            "ended_by": ACCESS,
            "ended_at": ACCESS,
        },
    ),
    Table(
        "access_reviews",
        Text("genomgångar av åtkomsterna", "reviews of the accesses"),
        Expires("at", retention.ACCESS_REVIEW_LIFE),
        {"id": REFERENCE, "at": REVIEW, "staff": REVIEW},
    ),
)
