"""What the calls about sends answer."""

from shared.database.queries import deliveries, money, sends
from shared.database.transactions import Transaction
from shared.domain.errors import NotFound
from shared.domain.recipients import Judgement
from shared.domain.sms_text import NeedsUnicode, Template, TemplateError, TextWarning, explain, measure, normalise
from shared.http.answers import views
from shared.http.paging import Page, list_body
from shared.privacy.delivery_id import DeliveryIds


def preview(message: str, example_link: str) -> dict[str, object]:
    """The text as it would leave. Placeholders but {{link}} stay as they are written, as do braces that are none."""
    unread: list[dict[str, str]] = []
    try:
        text = Template(message).preview(example_link)
    except TemplateError as error:
        text = normalise(message)
        unread.append({"code": error.code, "message": f"{error.message} A send needs that mended."})
    size = measure(text)
    return {
        "text": text,
        "encoding": size.encoding,
        "characters": size.characters,
        "parts": size.parts,
        "warnings": unread + warnings(text),
    }


def warnings(text: str) -> list[dict[str, str]]:
    """What makes a text dearer."""
    return [{"code": one.code, "message": _warning(one)} for one in explain(text)]


def _warning(one: TextWarning) -> str:
    if isinstance(one, NeedsUnicode):
        return f"{' '.join(one.characters)} makes each SMS part hold 70 characters instead of 160."
    return f"The text is {one.parts} SMS parts long, and each part after the first costs extra."


def quote(judgement: Judgement, report: dict[str, object], price_ore: int, balance: money.Balance) -> dict[str, object]:
    found = warnings(judgement.example)
    if price_ore > balance.available_ore:
        found.append({"code": "balance_too_low", "message": "The balance does not cover this send. Top up first."})
    return {
        **report,
        "sms": {
            "encoding": judgement.longest.encoding,
            "parts": judgement.longest.parts,
            "characters": judgement.longest.characters,
            "example": judgement.example,
        },
        "price_ore": price_ore,
        "balance_ore": balance.available_ore,
        "warnings": found,
    }


def send_list(tx: Transaction, company_id: str, page: Page) -> dict[str, object]:
    found = sends.page(tx, company_id, page.before, page.limit)
    counts = deliveries.counts(tx, company_id, [one.id for one in found])
    last = (found[-1].created_at.isoformat(), found[-1].id) if found else ()
    return list_body([views.send(one, counts) for one in found], page.limit, *last)


def one_send(tx: Transaction, company_id: str, send_id: str) -> dict[str, object]:
    """Raises `NotFound`, also for another company's."""
    found = sends.get(tx, company_id, send_id)
    if found is None:
        raise NotFound("There is no such send.")
    return views.send(found, deliveries.counts(tx, company_id, [send_id]))


def delivery_list(tx: Transaction, company_id: str, send_id: str, page: Page, ids: DeliveryIds) -> dict[str, object]:
    """Raises `NotFound`, also for another company's."""
    if sends.get(tx, company_id, send_id) is None:
        raise NotFound("There is no such send.")
    after = int(page.after[0]) if page.after else 0
    found = deliveries.page(tx, company_id, send_id, after, page.limit)
    items = [views.delivery(ids.encode(send_id, one.position), one) for one in found]
    last = (str(found[-1].position),) if found else ()
    return list_body(items, page.limit, *last)
