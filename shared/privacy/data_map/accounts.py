"""Companies, their people, and how they log in."""

from shared.domain import retention
from shared.privacy.data_map.misuse import STOP
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

UNTIL_THE_END = Text("tills avtalet upphör", "until the agreement ends")

HOLDER = Datum(
    Text("kontoinnehavarens namn och e-post", "the account holder's name and e-mail"),
    Subject.ACCOUNT_HOLDER,
    Category.CONTACT,
    Text("kontot", "the account"),
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)
MEMBERSHIP = Datum(
    Text("vem som är medlem i vilket företag, och som vad", "who is a member of which company, and as what"),
    Subject.ACCOUNT_HOLDER,
    Category.AGREEMENT,
    Text("kontot", "the account"),
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)
COMPANY = Datum(
    Text("företagets namn och organisationsnummer", "the company's name and organisation number"),
    Subject.COMPANY,
    Category.AGREEMENT,
    Text("avtalet", "the agreement"),
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)
TERMS = Datum(
    Text(
        "plan, biträdesavtalets version och när den godtogs", "plan, the agreement's version and when it was accepted"
    ),
    Subject.COMPANY,
    Category.AGREEMENT,
    Text("avtalet", "the agreement"),
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)
AT_STRIPE = Datum(
    Text("företagets kund- och prenumerationsnummer hos Stripe", "the company's customer and subscription at Stripe"),
    Subject.COMPANY,
    Category.MONEY,
    Text("betalning; kort finns bara hos Stripe", "payment; cards are with Stripe only"),
    Basis.AGREEMENT,
    UNTIL_THE_END,
    End.ERASED,
)
SESSION = Datum(
    Text("inloggad session, bara som nyckelberäknat avtryck", "a session, only as a keyed hash"),
    Subject.ACCOUNT_HOLDER,
    Category.SECURITY,
    Text("säker inloggning", "secure login"),
    Basis.AGREEMENT,
    Text("7 dagar", "7 days"),
    End.ERASED,
)
LOGIN_LINK = Datum(
    Text("inloggningslänk, bara som nyckelberäknat avtryck", "a login link, only as a keyed hash"),
    Subject.ACCOUNT_HOLDER,
    Category.SECURITY,
    Text("säker inloggning", "secure login"),
    Basis.AGREEMENT,
    Text("10 minuter, raderas inom 3 timmar", "10 minutes, erased within 3 hours"),
    End.ERASED,
)

TABLES = (
    Table(
        "companies",
        Text("företag med avtal", "companies with an agreement"),
        EndedBy(
            "end_agreements empties it: what stays is a random id, states and days, for the ledger's 7 years and for"
            " gifts that are still open; erase_expired after 7 days where it was never paid"
        ),
        {
            "id": REFERENCE,
            "name": COMPANY,
            "org_number": COMPANY,
            "plan": TERMS,
            "state": PROGRESS,
            "encrypt_after_days": PROGRESS,
            "erase_after_days": PROGRESS,
            "dpa_version": TERMS,
            "dpa_accepted_at": TERMS,
            "stripe_customer": AT_STRIPE,
            "stripe_subscription": AT_STRIPE,
            "unpaid": PROGRESS,
            "stripe_turn": PROGRESS,
            "created_at": PROGRESS,
            "closing_at": PROGRESS,
            "ends_at": PROGRESS,
            "closing_because": PROGRESS,
            "closing_from": PROGRESS,
            "stopped_at": STOP,
            "stopped_by": STOP,
            "stop_reason": STOP,
            "stop_told_at": PROGRESS,
            "daily_recipients": PROGRESS,
            "limits_lifted_at": PROGRESS,
            "second_factor_required": PROGRESS,
        },
    ),
    Table(
        "persons",
        Text("kontoinnehavare", "account holders"),
        EndedBy("end_agreements; erase_expired, as soon as the person is no company's member"),
        {"id": REFERENCE, "email": HOLDER, "first_name": HOLDER, "last_name": HOLDER, "created_at": PROGRESS},
    ),
    Table(
        "members",
        Text("medlemskap", "memberships"),
        EndedBy("end_agreements, or when the member is removed"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "person_id": MEMBERSHIP,
            "role": MEMBERSHIP,
            "created_at": PROGRESS,
        },
    ),
    Table(
        "sessions",
        Text("sessioner", "sessions"),
        Expires("expires_at", retention.NO_TIME),
        {
            "token_hmac": SESSION,
            "id": REFERENCE,
            "company_id": REFERENCE,
            "member_id": SESSION,
            "created_at": PROGRESS,
            "last_seen_on": SESSION,
            "confirmed_until": PROGRESS,
            "expires_at": PROGRESS,
        },
    ),
    Table(
        "login_links",
        Text("inloggningslänkar", "login links"),
        Expires("expires_at", retention.NO_TIME),
        {"token_hmac": LOGIN_LINK, "person_id": LOGIN_LINK, "expires_at": PROGRESS},
    ),
)
