"""What the calls about sends answer."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Annotated, NotRequired

from typing_extensions import TypedDict

from shared.database.queries import deliveries, funnels, money, reminders, sends
from shared.database.queries.deliveries import Shown
from shared.database.transactions import Transaction
from shared.domain.delivery import DeliveryState
from shared.domain.errors import Fault, NotAcceptable, NotFound
from shared.domain.misuse import FOREIGN_LINK
from shared.domain.recipients import MESSAGES, Judgement
from shared.domain.sms_text import (
    NeedsUnicode,
    Template,
    TemplateError,
    TextWarning,
    explain,
    foreign_links,
    measure,
    normalise,
)
from shared.http.answers import send_views
from shared.http.answers.fields import Ore, SendId, one_of
from shared.http.answers.send_views import Delivery, Recipients, Send
from shared.http.call import Answer, Call
from shared.http.paging import Listed, list_body, read_page
from shared.privacy.delivery_id import DeliveryIds
from shared.privacy.tokens import TokenHasher, test_token

ENCODINGS = ("GSM-7", "UCS-2")


class RowFault(TypedDict):
    """What is wrong with a row, counted from 1."""

    row: int
    code: Annotated[str, one_of(tuple(MESSAGES))]
    message: str


class Report(TypedDict):
    """All counts, and the first hundred rows that are not sent to."""

    recipients: Recipients
    report: list[RowFault]


class AcceptedSend(Report):
    id: SendId
    state: Annotated[str, one_of(send_views.SEND_STATES)]
    sms_parts: int
    price_ore: Ore
    test: bool


class Funnel(TypedDict):
    """How far a send has come. What became of its gifts is known while each of its numbers is in clear, and null after;
    nobody tells of the redemptions of gifts from a code pool.
    """

    accepted: int
    sent: int
    delivered: int
    opened: int | None
    redeemed: int | None


class OneSend(Send):
    funnel: Funnel


class TextWarned(TypedDict):
    """`characters`: those that `needs_unicode` is about."""

    code: str
    message: str
    characters: NotRequired[list[str]]


class Preview(TypedDict):
    """The text as it would leave, and what it comes to."""

    text: str
    encoding: Annotated[str, one_of(ENCODINGS)]
    characters: int
    parts: int
    warnings: list[TextWarned]


class LongestSms(TypedDict):
    """The longest text's size, and the first one with made-up letters of the same length for names."""

    encoding: Annotated[str, one_of(ENCODINGS)]
    parts: int
    characters: int
    example: str


class Quote(Report):
    """What a send would come to: `price_ore` is all of it, but for its reminders, which are paid for as they leave and
    cost `reminders_at_most_ore` where nobody opens the gift. `columns`: what the message may name, beside the link."""

    columns: list[str]
    sms: LongestSms
    price_ore: Ore
    reminders_at_most_ore: Ore
    balance_ore: Ore
    warnings: list[TextWarned]


def preview(message: str, example_link: str, domains: Collection[str] = ()) -> Preview:
    """The text as it would leave. Placeholders but {{link}} stay as they are written, as do braces that are none."""
    unread: list[TextWarned] = []
    try:
        text = Template(message).preview(example_link)
    except TemplateError as error:
        text = normalise(message)
        unread.append({"code": error.code, "message": f"{error.message} A send needs that mended."})
    if foreign_links(message, domains):
        unread.append({"code": "foreign_link", "message": FOREIGN_LINK})
    size = measure(text)
    return {
        "text": text,
        "encoding": size.encoding,
        "characters": size.characters,
        "parts": size.parts,
        "warnings": unread + warnings(text),
    }


def warnings(text: str) -> list[TextWarned]:
    """What makes a text dearer."""
    return [_warned(one) for one in explain(text)]


def _warned(one: TextWarning) -> TextWarned:
    if isinstance(one, NeedsUnicode):
        message = f"{' '.join(one.characters)} makes each SMS part hold 70 characters instead of 160."
        return {"code": one.code, "message": message, "characters": list(one.characters)}
    message = f"The text is {one.parts} SMS parts long, and each part after the first costs extra."
    return {"code": one.code, "message": message}


def quote(
    judgement: Judgement,
    report: Report,
    prices: tuple[int, int],
    balance: money.Balance,
    columns: Sequence[str],
    held: Sequence[Fault] = (),
) -> Quote:
    """`prices`: of the send, and of its reminders at most. `held`: why a send like this would be refused for now."""
    price_ore, reminders_ore = prices
    found = warnings(judgement.example)
    found += [{"code": one.code, "message": one.message} for one in held]
    if price_ore > balance.available_ore:
        found.append({"code": "balance_too_low", "message": "The balance does not cover this send. Top up first."})
    return {
        **report,
        "columns": [one for one in columns if one],
        "sms": {
            "encoding": judgement.longest.encoding,
            "parts": judgement.longest.parts,
            "characters": judgement.longest.characters,
            "example": judgement.example,
        },
        "price_ore": price_ore,
        "reminders_at_most_ore": reminders_ore,
        "balance_ore": balance.available_ore,
        "warnings": found,
    }


def send_list(tx: Transaction, call: Call) -> Listed[Send]:
    page = read_page(call.request, datetime.fromisoformat, str)
    found = sends.page(tx, call.company_id, page.before, page.limit, test=call.of_tests)
    send_ids = [one.id for one in found]
    counts = deliveries.counts(tx, call.company_id, send_ids)
    reminded = reminders.sent(tx, call.company_id, send_ids)
    last = (found[-1].created_at.isoformat(), found[-1].id) if found else ()
    return list_body([send_views.send(one, counts, reminded) for one in found], page.limit, *last)


def accepted(done: AcceptedSend) -> Answer:
    return Answer(201, done)


def find_send(tx: Transaction, company_id: str, send_id: str, *, test: bool = False) -> sends.Send:
    """Raises `NotFound`, also for another company's, for a test where real ones are asked for, and the other way."""
    found = sends.get(tx, company_id, send_id)
    if found is None or bool(found.test) != test:
        raise NotFound("There is no such send.")
    return found


def one_send(tx: Transaction, company_id: str, send_id: str, *, test: bool = False) -> OneSend:
    """Raises `NotFound`, also for another company's."""
    found = find_send(tx, company_id, send_id, test=test)
    reminded = reminders.sent(tx, company_id, [send_id])
    shown = send_views.send(found, deliveries.counts(tx, company_id, [send_id]), reminded)
    return {**shown, "funnel": _funnel(funnels.of_send(tx, found))}


def _funnel(found: funnels.Funnel) -> Funnel:
    return {
        "accepted": found.accepted,
        "sent": found.sent,
        "delivered": found.delivered,
        "opened": found.opened,
        "redeemed": found.redeemed,
    }


def delivery_list(tx: Transaction, call: Call, tokens: TokenHasher, public_url: str) -> Listed[Delivery]:
    """All, or with `?state=` those in it. Raises `NotFound`, also for another company's, and `NotAcceptable`."""
    page, ids, send_id = read_page(call.request, int), DeliveryIds(tokens), call.path["send_id"]
    state = _read_state(call)
    find_send(tx, call.company_id, send_id, test=call.of_tests)
    after = int(page.after[0]) if page.after else 0
    found = deliveries.page(tx, call.company_id, send_id, after, page.limit, state)
    items = [
        send_views.delivery(ids.encode(send_id, one.position), one, test_link(tokens, public_url, one)) for one in found
    ]
    last = (str(found[-1].position),) if found else ()
    return list_body(items, page.limit, *last)


def _read_state(call: Call) -> DeliveryState | None:
    wanted = call.request.args.get("state")
    if wanted is None or wanted in list(DeliveryState):
        return DeliveryState(wanted) if wanted else None
    states = ", ".join(DeliveryState)
    raise NotAcceptable("There is no such state.", [Fault("state", "not_one_of", f"Choose one of: {states}.")])


def test_link(tokens: TokenHasher, public_url: str, one: Shown) -> str | None:
    """Where the gift of a test is seen, once it has been sent."""
    if one.test_coupon is None or one.sent_at is None:
        return None
    return f"{public_url}/g/{test_token(tokens, one.test_coupon)}"
