"""A company asks for a gift's link to be sent once more, to the same number."""

from datetime import datetime

from shared.database.queries import extra_sms, money, opt_outs, outbox, sends
from shared.database.queries.extra_sms import ExtraSms
from shared.database.transactions import Transaction
from shared.domain import ids
from shared.domain.errors import Conflict, NotFound
from shared.domain.extra_sms import MOST_RESENDS, ExtraKind, ExtraState, Language
from shared.domain.plan import EXTRA_PART_ORE
from shared.domain.topics import EXTRA_SMS_WANTED
from shared.use_cases.sends.extra_sms import Refusal, refusal
from shared.use_cases.sends.prepare_send import check_may_send

WHY = {
    Refusal.ENCRYPTED: "The number is not in clear any more, so nothing can be sent to it.",
    Refusal.NOT_SENT: "The gift's SMS has not left, so there is nothing to send again.",
    Refusal.OPTED_OUT: "The recipient does not want more SMS.",
    Refusal.GIFT_ENDED: "The gift cannot be used any more.",
}


def request_resend(
    tx: Transaction, send: sends.Send, position: int, language: Language, leaves_at: datetime, now: datetime
) -> ExtraSms:
    """Reserve its price and ask for it, where it is to leave later by the sweep. A test's costs nothing.

    Raises `Forbidden`, `NotFound`, `Conflict` with why it cannot be sent again, and `BalanceTooLow`.
    """
    company_id = send.company_id
    check_may_send(tx, company_id, now.date())
    found = extra_sms.targets(tx, company_id, send.id, [position])
    if not found:
        raise NotFound("There is no such delivery.")
    gone = opt_outs.among(tx, company_id, [one.fingerprint for one in found if one.fingerprint])
    if refused := refusal(ExtraKind.RESEND, found[0], gone, send, now):
        raise Conflict(WHY[refused])
    number = extra_sms.count(tx, company_id, send.id, position, ExtraKind.RESEND) + 1
    if number > MOST_RESENDS:
        raise Conflict(f"The link has been sent again {MOST_RESENDS} times, which is the most.")
    one = ExtraSms(
        *(ids.new_id("xms"), company_id, send.id, position, ExtraKind.RESEND, number, language, ExtraState.ACCEPTED),
        hold_id=ids.new_id("hld"),
        price_ore=0 if send.test else EXTRA_PART_ORE,
    )
    waits = leaves_at > now
    extra_sms.add_many(tx, [one], now, leaves_at if waits else None)
    # the gift of an SMS that did not arrive is not to be voided while another with it is on its way
    extra_sms.follow_wanted(tx, company_id, send.id, [position])
    if not waits:
        outbox.put(tx, EXTRA_SMS_WANTED, {"send_id": send.id, "first": position, "last": position}, now)
    if one.price_ore:
        money.reserve(tx, company_id, one.hold_id, one.price_ore, now.date())
    return one
