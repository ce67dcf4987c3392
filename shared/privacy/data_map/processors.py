"""Who else processes personal data for UpUp."""

from shared.privacy.data_map.model import Processor, Text

SUB_PROCESSOR = Text("underbiträde", "sub-processor")
SUPPLIER = Text("leverantör", "supplier")
UNTIL_THE_END = Text("tills avtalet upphör, raderas sedan", "until the agreement ends, then erased")
FROM_THE_START = "2026-11-01"

PROCESSORS = (
    Processor(
        "Lekab",
        SUB_PROCESSOR,
        Text("mottagarens nummer och SMS-text", "the recipient's number and the text of the SMS"),
        Text("30 dagar, anonymiseras sedan", "30 days, then anonymised"),
        FROM_THE_START,
    ),
    Processor(
        "ClearOn",
        SUB_PROCESSOR,
        Text("kupong: typ av gåva och inlösen, inga personuppgifter", "coupon: gift and redemption, no personal data"),
        Text("6 månader efter sista giltighetsdag", "6 months after the last valid day"),
        FROM_THE_START,
    ),
    Processor(
        "The Farm Interactive",
        SUB_PROCESSOR,
        Text("drift och felsökning, namngivna personer", "operation and troubleshooting, by named people"),
        Text("inget eget lager", "keeps nothing of its own"),
        FROM_THE_START,
    ),
    Processor(
        "Google Cloud",
        SUPPLIER,
        Text("databas och nycklar, inom EU", "database and keys, within the EU"),
        Text("som hos UpUp; säkerhetskopior 7 dagar", "as at UpUp; backups 7 days"),
        FROM_THE_START,
    ),
    Processor(
        "Stripe",
        SUPPLIER,
        Text("betalning: kort, kortinnehavare, företag", "payment: card, card holder, company"),
        Text("enligt bokföringslagen, 7 år", "as bookkeeping law says, 7 years"),
        FROM_THE_START,
    ),
    Processor(
        "Mailchimp",
        SUPPLIER,
        Text(
            "kontoinnehavarens namn, e-post och plan; vad besökare skriver i formulär: namn, företag, e-post, telefon",
            "the account holder's name, e-mail and plan; what visitors write in forms: name, company, e-mail, phone",
        ),
        Text(
            "tills avtalet upphör; besökares tills de avregistrerar sig eller ber att raderas",
            "until the agreement ends; visitors' until they unsubscribe or ask to be erased",
        ),
        FROM_THE_START,
    ),
    Processor(
        "Mailchimp Transactional (Mandrill)",
        SUPPLIER,
        Text(
            "kontoinnehavarens eller besökarens e-post och mejlets text",
            "the account holder's or visitor's e-mail and the mail's text",
        ),
        Text("omkring 30 dagar i dess logg", "about 30 days in its log"),
        FROM_THE_START,
    ),
    Processor(
        "HubSpot",
        SUPPLIER,
        Text(
            "kontoinnehavarens namn, e-post, plan och nyckeltal", "the account holder's name, e-mail, plan and figures"
        ),
        UNTIL_THE_END,
        FROM_THE_START,
    ),
)
