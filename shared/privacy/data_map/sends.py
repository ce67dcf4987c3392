"""Sends, their deliveries (a person) and coupons (no person): two rows that part ways after the days in clear."""

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

FOLLOW_UP = Text("felsökning och uppföljning av utskick", "troubleshooting and follow-up of sends")
SENDING = Text("att skicka SMS:et", "sending the SMS")
IN_CLEAR = Text("i klartext i högst 30 dagar från uppladdningen", "in clear for at most 30 days from the upload")
ONE_YEAR = Text("högst 12 månader från uppladdningen", "at most 12 months from the upload")
MESSAGE_LIFE = Text(
    "sparas aldrig i klartext; borta när SMS:et har lämnats till Lekab, senast efter 72 timmar",
    "never stored in clear; gone when Lekab has taken the SMS, after 72 hours at the latest",
)


def _of_recipient(what: Text, category: Category, purpose: Text, kept: Text, end: End) -> Datum:
    return Datum(what, Subject.RECIPIENT, category, purpose, Basis.INSTRUCTION, kept, end)


NUMBER = _of_recipient(
    Text("mottagarens telefonnummer", "the recipient's phone number"),
    Category.CONTACT,
    FOLLOW_UP,
    IN_CLEAR,
    End.ENCRYPTED,
)
GIFT = _of_recipient(
    Text("vilken gåva mottagaren fick", "which gift the recipient got"),
    Category.GIFT,
    FOLLOW_UP,
    IN_CLEAR,
    End.ENCRYPTED,
)
RECORD = _of_recipient(
    Text("nummer och gåva krypterade, en lika lång post för var och en", "number and gift encrypted, all equally long"),
    Category.CONTACT,
    FOLLOW_UP,
    ONE_YEAR,
    End.ERASED,
)
FINGERPRINT = _of_recipient(
    Text("nyckelberäknat avtryck av numret, eget för varje företag", "keyed fingerprint of the number, per company"),
    Category.PSEUDONYM,
    Text("hitta en persons rader: spärr och begäranden", "finding a person's rows: opt-outs and requests"),
    ONE_YEAR,
    End.ERASED,
)
VALUES = _of_recipient(
    Text("mottagarens namn och andra värden i texten", "the recipient's name and other values in the text"),
    Category.CONTENT,
    SENDING,
    MESSAGE_LIFE,
    End.FORGOTTEN,
)
SMS_TEXT = _of_recipient(
    Text("SMS:ets text", "the text of the SMS"), Category.CONTENT, SENDING, MESSAGE_LIFE, End.FORGOTTEN
)
COURSE = _of_recipient(
    Text("om och när SMS:et skickades och kom fram", "whether and when the SMS was sent and arrived"),
    Category.COURSE,
    FOLLOW_UP,
    ONE_YEAR,
    End.ERASED,
)
DOUBT = _of_recipient(
    Text(
        "nyckelberäknat avtryck av numret, för ett SMS vars öde är okänt", "keyed hash of the number of an SMS in doubt"
    ),
    Category.PSEUDONYM,
    Text("reda ut om SMS:et skickades", "finding out whether the SMS was sent"),
    Text("högst 72 timmar", "at most 72 hours"),
    End.ERASED,
)
OPT_OUT = _of_recipient(
    Text(
        "spärr: nyckelberäknat avtryck av numret, dag och hur den kom", "opt-out: keyed fingerprint, day, how it came"
    ),
    Category.PSEUDONYM,
    Text("att inte skicka igen", "not sending again"),
    Text("tills den återtas eller avtalet upphör", "until withdrawn or the agreement ends"),
    End.ERASED,
)
ATTESTATION = Datum(
    Text(
        "vem som intygade mottagarnas samtycke, när och enligt vilken text", "who attested consent, when, to which text"
    ),
    Subject.ACCOUNT_HOLDER,
    Category.AGREEMENT,
    Text("bevis på samtycke", "proof of consent"),
    Basis.AGREEMENT,
    Text("som utskicket", "as the send"),
    End.ERASED,
)
SENDER = Datum(
    Text("avsändare", "sender"),
    Subject.COMPANY,
    Category.CONTENT,
    SENDING,
    Basis.AGREEMENT,
    Text("som utskicket", "as the send"),
    End.ERASED,
)
PRICE = technical(
    Text(
        "utskickets gåva, pris och reservation, tills det krypteras", "the send's gift, price and hold, until encrypted"
    )
)
COUPON = Datum(
    Text("kupong: gåva, giltighet, inlösen; ingen person", "coupon: gift, validity, redemption; no person"),
    Subject.NOBODY,
    Category.GIFT,
    Text("felsökning och uppföljning", "troubleshooting and follow-up"),
    Basis.NO_PERSON,
    Text("6 månader efter sista giltighetsdag", "6 months after the last valid day"),
    End.ERASED,
)
CODE = Datum(
    Text("kupongens kod, förseglad tills SMS:et har lämnats", "the coupon's code, sealed until the SMS is handed over"),
    Subject.NOBODY,
    Category.GIFT,
    SENDING,
    Basis.NO_PERSON,
    MESSAGE_LIFE,
    End.FORGOTTEN,
)
LINK = _of_recipient(
    Text(
        "gåvosidans länk som nyckelberäknat avtryck, och kod och numrets avtryck som bara den som har länken kan öppna,"
        " också sedan leveransens rad är borta",
        "the gift page's link as a keyed hash, with code and the number's fingerprint that only who has the link can"
        " open, also when the delivery's row is gone",
    ),
    Category.GIFT,
    Text("gåvosidan, och att säga nej där", "the gift page, and opting out there"),
    Text("som kupongen", "as the coupon"),
    End.ERASED,
)

WITH_THE_SEND = EndedBy("with its send: erase_expired at the send's erase_at; end_agreements")
WITH_THE_COUPON = EndedBy("erase_expired, 6 months after the coupon's last valid day")

TABLES = (
    Table(
        "sends",
        Text("utskick", "sends"),
        EndedBy("erase_expired at erase_at; end_agreements"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "test": PROGRESS,
            "state": PROGRESS,
            "sender": SENDER,
            "sealed_text": SMS_TEXT,
            "transit_day": PROGRESS,
            "gift_code": GIFT,
            "hold_id": PRICE,
            "fee_ore": PRICE,
            "value_ore": PRICE,
            "sms_parts": PROGRESS,
            "accepted": PROGRESS,
            "duplicates": PROGRESS,
            "invalid": PROGRESS,
            "opted_out": PROGRESS,
            "legal_basis": ATTESTATION,
            "consent_version": ATTESTATION,
            "attested_by": ATTESTATION,
            "created_at": ATTESTATION,
            "encrypt_at": PROGRESS,
            "encrypted_at": PROGRESS,
            "erase_at": PROGRESS,
            "start_at": PROGRESS,
            "nudged_at": PROGRESS,
            "remind_at": PROGRESS,
            "reminder_language": PROGRESS,
            "reminded_to": PROGRESS,
            "reminders_left_out": PROGRESS,
        },
    ),
    Table(
        "deliveries",
        Text("ett SMS till en mottagare", "one SMS to one recipient"),
        WITH_THE_SEND,
        {
            "send_id": REFERENCE,
            "position": REFERENCE,
            "company_id": REFERENCE,
            "state": COURSE,
            "reason": COURSE,
            "phone": NUMBER,
            "fingerprint": FINGERPRINT,
            "sealed_values": VALUES,
            "coupon_id": GIFT,
            "sms_ref": COURSE,
            "claimed_by": PROGRESS,
            "claimed_until": PROGRESS,
            "sent_at": COURSE,
            "delivered_at": COURSE,
            "record": RECORD,
            "data_key_id": REFERENCE,
        },
    ),
    Table(
        "coupons",
        Text("kuponger", "coupons"),
        WITH_THE_COUPON,
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "test": PROGRESS,
            "gift_code": COUPON,
            "hold_id": REFERENCE,
            "value_ore": COUPON,
            "state": COUPON,
            "sealed_code": CODE,
            "valid_until": COUPON,
            "requested_on": COUPON,
            "opened_on": COUPON,
            "redeemed_on": COUPON,
            "unwanted": PROGRESS,
            "cancelled": COUPON,
        },
    ),
    Table(
        "gift_links",
        Text("länkar till gåvosidor", "links to gift pages"),
        WITH_THE_COUPON,
        {"token_hmac": LINK, "company_id": REFERENCE, "coupon_id": REFERENCE, "sealed": LINK},
    ),
    Table(
        "opt_outs",
        Text("spärrar", "opt-outs"),
        EndedBy("when it is withdrawn; end_agreements"),
        {
            "id": REFERENCE,
            "company_id": REFERENCE,
            "fingerprint": OPT_OUT,
            "opted_out_on": OPT_OUT,
            "source": OPT_OUT,
        },
    ),
    Table(
        "sms_doubts",
        Text("SMS vars öde är okänt", "SMS in doubt"),
        EndedBy("when it is settled; erase_expired 72 hours after the send"),
        {
            "send_id": REFERENCE,
            "position": REFERENCE,
            "company_id": REFERENCE,
            "number_hmac": DOUBT,
            "sender": SENDER,
            "since": PROGRESS,
            "for_a_person": PROGRESS,
        },
    ),
    Table(
        "early_receipts",
        Text("kvittenser som kom före sitt SMS:s rad", "receipts that came before their SMS's row"),
        Expires("received_at", retention.EARLY_RECEIPT_LIFE, early=True),
        {
            "sms_ref": COURSE,
            "outcome": COURSE,
            "reason": COURSE,
            "received_at": PROGRESS,
            "number_hmac": DOUBT,
            "sender": SENDER,
        },
    ),
)
