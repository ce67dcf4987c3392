"""How far the suppliers that know account holders are in step, and visitors who asked for a trial SMS."""

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

TOLD = Datum(
    Text(
        "vad Mailchimp och HubSpot senast fick veta om kontoinnehavaren, bara som nyckelberäknat avtryck, och om de"
        " vägrar e-postadressen",
        "what Mailchimp and HubSpot were last told of the account holder, only as a keyed hash, and whether they refuse"
        " the e-mail",
    ),
    Subject.ACCOUNT_HOLDER,
    Category.CONTACT,
    Text("att hålla dem i takt med kontot", "keeping them in step with the account"),
    Basis.AGREEMENT,
    Text("tills de har raderat personen", "until they have erased the person"),
    End.ERASED,
)
NO_NEWS = Datum(
    Text("att kontoinnehavaren har avsagt sig nyheter", "that the account holder wants no news"),
    Subject.ACCOUNT_HOLDER,
    Category.CONTACT,
    Text("att respektera det", "respecting it"),
    Basis.AGREEMENT,
    Text("tills avtalet upphör", "until the agreement ends"),
    End.ERASED,
)
TRIAL_SMS = Datum(
    Text(
        "att ett nummer har fått ett prov-sms, bara som nyckelberäknat avtryck",
        "that a number had a test SMS, only as a keyed hash",
    ),
    Subject.VISITOR,
    Category.PSEUDONYM,
    Text("högst ett prov-sms per nummer och 30 dagar", "at most one test SMS a number and 30 days"),
    Basis.INTEREST,
    Text("30 dagar", "30 days"),
    End.ERASED,
)
OWN_OPT_OUT = Datum(
    Text(
        "att ett nummer inte vill ha sms från UpUp, bara som nyckelberäknat avtryck, och dagen",
        "that a number wants no SMS from UpUp itself, only as a keyed hash, and the day",
    ),
    Subject.VISITOR,
    Category.PSEUDONYM,
    Text("att respektera det", "respecting it"),
    Basis.INTEREST,
    Text("tills det tas tillbaka", "until it is withdrawn"),
    End.STAYS,
)

TABLES = (
    Table(
        "contact_syncs",
        Text("hur långt Mailchimp och HubSpot är i takt", "how far Mailchimp and HubSpot are in step"),
        EndedBy("sync_mailchimp and sync_hubspot when they have erased the person; with the person's row"),
        {
            "person_id": REFERENCE,
            "supplier": PROGRESS,
            "changes": PROGRESS,
            "nudged_at": PROGRESS,
            "claimed_until": PROGRESS,
            "digest": TOLD,
            "told_at": PROGRESS,
            "refusal": TOLD,
            "refused_at": TOLD,
            "unsubscribed_at": NO_NEWS,
        },
    ),
    Table(
        "test_sends",
        Text("prov-sms till besökare", "test SMS to visitors"),
        Expires("begun_at", retention.TRIAL_SMS_LIFE),
        {"number_hmac": TRIAL_SMS, "link_hmac": TRIAL_SMS, "state": PROGRESS, "begun_at": PROGRESS},
    ),
    Table(
        "own_opt_outs",
        Text("avsagda sms från UpUp självt", "opt-outs from UpUp itself"),
        EndedBy("staff, when it is withdrawn"),
        {"number_hmac": OWN_OPT_OUT, "opted_out_on": OWN_OPT_OUT},
    ),
)
