"""A visitor tries an SMS: first they show that the e-mail is theirs, then it leaves, once a number and 30 days.

What they wrote travels in the link, sealed; until the link is used nothing of it is kept anywhere.
"""

import base64
import json
from datetime import datetime

from msgspec import Struct

from shared.database.queries import receipts, visitors
from shared.database.transactions import Database, Transaction, insist
from shared.domain.errors import Fault, NotAcceptable, Unavailable
from shared.domain.phone_number import PhoneNumber
from shared.domain.retention import TRIAL_LINK_LIFE, TRIAL_SMS_LIFE
from shared.domain.visitor import TRIAL, TRIAL_SENDER, TRIAL_SMS
from shared.ports import (
    Clock,
    Mail,
    MailRefused,
    Marketing,
    Sms,
    SmsOutcome,
    SmsResult,
    SmsSender,
    SupplierPaused,
    Visitor,
)
from shared.privacy.fingerprint import NumberHashes
from shared.privacy.sealing import SealingKey, Unreadable
from shared.privacy.tokens import TokenHasher, new_token
from shared.use_cases.forms.welcome import remember
from shared.use_cases.sends.record_receipt import erased_sms
from shared.use_cases.suppliers.supplier_gate import Gate

PLACE = "test-send"
LINK_PURPOSE = "test-send-link"

SUBJECT = "Ditt prov-sms från UpUp / Your test SMS from UpUp"
TEXT = """Hej!

Någon har bett om ett prov-sms från UpUp och angett den här adressen. Skicka det här, inom ett dygn: {link}
Somebody asked for a test SMS from UpUp and gave this address. Send it here, within a day: {link}

Var det inte du? Då behöver du inte göra något, och inget sparas. / It was not you? Then there is nothing to do, and
nothing is kept.
"""


def ask_for_trial_sms(mail: Mail, tokens: TokenHasher, public_url: str, visitor: Visitor, now: datetime) -> None:
    """Mail the link. That the address is refused is not told. Raises `SupplierUnavailable`."""
    # in the fragment: it reaches no server's log, and opening the page does not spend it
    link = f"{public_url}/test-send#token={_seal(tokens, visitor, now + TRIAL_LINK_LIFE)}"
    try:
        mail.send(visitor.email, SUBJECT, TEXT.format(link=link))
    except MailRefused:
        return


class Parts(Struct, frozen=True):
    database: Database
    tokens: TokenHasher
    number_hashes: NumberHashes
    sms: SmsSender
    gate: Gate
    marketing: Marketing
    clock: Clock
    public_url: str


def confirm_trial_sms(parts: Parts, token: str) -> None:
    """Send the SMS, unless the number has had one lately or wants none: that is not told.

    Raises `NotAcceptable` for a link that is too old or none of ours, `Unavailable` where nothing was tried.
    """
    now = parts.clock.now()
    visitor, phone = _open(parts.tokens, token, now)
    number, link = parts.number_hashes()(phone), new_token()
    with parts.database.transaction() as tx:
        link_hmac = parts.tokens.digest(LINK_PURPOSE, link)
        if not visitors.begin_trial_sms(tx, number, link_hmac, now, now - TRIAL_SMS_LIFE):
            return
    result = _send(parts, Sms(phone, TRIAL_SENDER, TRIAL_SMS.format(link=f"{parts.public_url}/prov#token={link}")))
    insist(parts.database, lambda tx: _write(parts, tx, number, result))
    if result.outcome is SmsOutcome.NOT_TRIED:
        raise Unavailable("The SMS cannot be sent just now. Use the link again in a minute.")
    remember(parts.marketing, visitor, TRIAL)


def opt_out_of_trial_sms(tx: Transaction, tokens: TokenHasher, token: str, now: datetime) -> None:
    """The number that had this SMS never gets one from UpUp itself again. A link that is none of ours does nothing."""
    visitors.opt_out(tx, tokens.digest(LINK_PURPOSE, token), now.date())


def _send(parts: Parts, sms: Sms) -> SmsResult:
    """Only what was certainly not tried may be tried again: the row says `unknown` until its outcome is known."""
    try:
        parts.gate.enter(1)
    except SupplierPaused:
        return SmsResult(SmsOutcome.NOT_TRIED)
    (result,) = parts.sms.send([sms])
    parts.gate.leave_after([result])
    return result


def _write(parts: Parts, tx: Transaction, number: bytes, result: SmsResult) -> None:
    match result.outcome:
        case SmsOutcome.NOT_TRIED:
            visitors.forget_trial_sms(tx, number)
        case SmsOutcome.SENT:
            visitors.ended(tx, number, "sent")
        case SmsOutcome.REFUSED:
            visitors.ended(tx, number, "refused")
        case SmsOutcome.UNKNOWN:
            pass
    if result.reference:  # its receipt is about no company's delivery, so none is kept for one
        receipts.erased(tx, [erased_sms(parts.tokens, result.reference)], parts.clock.now())
        receipts.drop_early(tx, [result.reference])


# The link


def _key(tokens: TokenHasher) -> SealingKey:
    return SealingKey(tokens.digest(PLACE, "seals links"))


def _seal(tokens: TokenHasher, visitor: Visitor, until: datetime) -> str:
    held = [visitor.email, visitor.first_name, visitor.last_name, visitor.company, visitor.phone, visitor.notice]
    sealed = _key(tokens).seal(json.dumps([until.isoformat(), *held]).encode(), PLACE)
    return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")


def _open(tokens: TokenHasher, token: str, now: datetime) -> tuple[Visitor, PhoneNumber]:
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        until, *held = json.loads(_key(tokens).open(sealed, PLACE))
    except (ValueError, Unreadable):
        until, held = "", []
    if not until or datetime.fromisoformat(until) <= now:
        fault = Fault("token", "not_valid", "The link is older than a day, or not whole. Ask for a new one.")
        raise NotAcceptable("The link does not work.", [fault])
    visitor = Visitor(*held)
    return visitor, PhoneNumber(visitor.phone)
