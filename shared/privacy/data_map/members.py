"""Who is invited to become a company's member."""

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

INVITING = Text("att bjuda in medarbetare till kontot", "inviting colleagues to the account")

INVITED = Datum(
    Text(
        "den inbjudnas e-post och roll, och länken bara som nyckelberäknat avtryck",
        "the e-mail and role of who is invited, and the link only as a keyed hash",
    ),
    Subject.ACCOUNT_HOLDER,
    Category.CONTACT,
    INVITING,
    Basis.AGREEMENT,
    Text("tills inbjudan är besvarad eller återtagen, högst 7 dagar", "until it is accepted or withdrawn, 7 days"),
    End.ERASED,
)
INVITER = Datum(
    Text("vilken ägare som bjöd in", "which owner invited"),
    Subject.ACCOUNT_HOLDER,
    Category.AGREEMENT,
    INVITING,
    Basis.AGREEMENT,
    Text("som inbjudan", "as the invitation"),
    End.ERASED,
)
MAILS = Datum(
    Text(
        "till vilka adresser inbjudningar har mejlats, bara som nyckelberäknat avtryck",
        "which addresses invitations were mailed to, only as a keyed hash",
    ),
    Subject.ACCOUNT_HOLDER,
    Category.SECURITY,
    Text("att ingen översköljs av mejl", "that nobody is flooded with mails"),
    Basis.INTEREST,
    Text("24 timmar, raderas inom 3 timmar", "24 hours, erased within 3 hours"),
    End.ERASED,
)

TABLES = (
    Table(
        "invitations",
        Text("inbjudningar till medlemskap", "invitations to become a member"),
        Expires("expires_at", retention.NO_TIME),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "email": INVITED,
            "role": INVITED,
            "invited_by": INVITER,
            "token_hmac": INVITED,
            "mail": PROGRESS,
            "claimed_until": PROGRESS,
            "created_at": PROGRESS,
            "expires_at": PROGRESS,
        },
    ),
    Table(
        "invitation_mails",
        Text("mejlade inbjudningar det senaste dygnet", "invitations mailed in the last day"),
        Expires("asked_at", retention.INVITATION_MAIL_LIFE),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "email_hmac": MAILS,
            "again": MAILS,
            "asked_at": MAILS,
        },
    ),
)
