"""What UpUp tells the public of the personal data it processes: who holds it, and for how long."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class SubProcessor:
    """Who processes personal data for UpUp: a sub-processor recipients' data, a supplier other people's."""

    name: str
    role: Text
    holds: Text
    kept: Text


@dataclass(frozen=True, slots=True)
class Held:
    data: Text
    purpose: Text
    kept: Text


UNDER = Text("underbiträde", "sub-processor")
SUPPLIER = Text("leverantör", "supplier")
AGREEMENT = Text("tills avtalet upphör, raderas sedan", "until the agreement ends, then erased")

SUB_PROCESSORS = (
    SubProcessor(
        "Lekab",
        UNDER,
        Text("mottagarens nummer och SMS-text", "the recipient's number and the text of the SMS"),
        Text("30 dagar, anonymiseras sedan", "30 days, then anonymised"),
    ),
    SubProcessor(
        "ClearOn",
        UNDER,
        Text("kupong: typ av gåva och inlösen, inga personuppgifter", "coupon: gift and redemption, no personal data"),
        Text("6 månader efter sista giltighetsdag", "6 months after the last valid day"),
    ),
    SubProcessor(
        "The Farm Interactive",
        UNDER,
        Text("drift och felsökning, namngivna personer", "operation and troubleshooting, by named people"),
        Text("inget eget lager", "keeps nothing of its own"),
    ),
    SubProcessor(
        "Google Cloud",
        SUPPLIER,
        Text("databas och nycklar, inom EU", "database and keys, within the EU"),
        Text("som hos UpUp; säkerhetskopior 7 dagar", "as at UpUp; backups 7 days"),
    ),
    SubProcessor(
        "Stripe",
        SUPPLIER,
        Text("betalning: kort, kortinnehavare, företag", "payment: card, card holder, company"),
        Text("enligt bokföringslagen, 7 år", "as bookkeeping law says, 7 years"),
    ),
    SubProcessor(
        "Mailchimp",
        SUPPLIER,
        Text("kontoinnehavarens namn, e-post och plan", "the account holder's name, e-mail and plan"),
        AGREEMENT,
    ),
    SubProcessor(
        "HubSpot",
        SUPPLIER,
        Text(
            "kontoinnehavarens namn, e-post, plan och nyckeltal", "the account holder's name, e-mail, plan and figures"
        ),
        AGREEMENT,
    ),
)

HELD = (
    Held(
        Text("kontoinnehavarens namn och e-post", "the account holder's name and e-mail"),
        Text("kontot", "the account"),
        AGREEMENT,
    ),
    Held(
        Text("mottagarens telefonnummer och typ av gåva", "the recipient's phone number and type of gift"),
        Text("felsökning och uppföljning av utskick", "troubleshooting and follow-up of sends"),
        Text(
            "i klartext i högst 30 dagar, därefter krypterat; raderas senast efter 12 månader",
            "in clear for at most 30 days, then encrypted; erased after 12 months at the latest",
        ),
    ),
    Held(
        Text("mottagarens namn och SMS:ets text", "the recipient's name and the text of the SMS"),
        Text("att skicka SMS:et", "sending the SMS"),
        Text(
            "sparas aldrig i klartext; borta när SMS:et har lämnats, senast efter 72 timmar",
            "never stored in clear; gone when the SMS is handed over, after 72 hours at the latest",
        ),
    ),
    Held(
        Text("spärr: nyckelberäknat avtryck av numret", "opt-out: a keyed fingerprint of the number"),
        Text("att inte skicka igen", "not sending again"),
        Text("tills den återtas eller avtalet upphör", "until withdrawn or the agreement ends"),
    ),
    Held(
        Text("sessioner och inloggningslänkar", "sessions and login links"),
        Text("säkerhet", "security"),
        Text("sessioner 7 dagar, länkar 10 minuter", "sessions 7 days, links 10 minutes"),
    ),
    Held(
        Text("huvudbok: belopp och datum, ingen person", "ledger: amounts and dates, no person"),
        Text("bokföring", "bookkeeping"),
        Text("7 år", "7 years"),
    ),
)
