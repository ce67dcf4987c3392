"""What a gift's link answers: JSON to a program, a page to a browser."""

import json

from shared.domain.gift import OpenedGift
from shared.domain.privacy_request import Kind
from shared.http.answers.gift_views import opened_gift
from shared.http.call import Answer, Call, parse
from shared.http.gift_page import is_page
from shared.http.gift_page.gift import gift_html
from shared.http.gift_page.page import HEADERS, texts_for
from shared.http.gift_page.told import asked_html, reported_html, stopped_html

FORM = "application/x-www-form-urlencoded"


def read_wish(call: Call) -> Kind | None:
    """What the recipient asks the company for, by JSON or the page's form; None is no more SMS.

    Raises `NotAcceptable`, `Malformed`, `UnsupportedMedia`.
    """
    if call.request.path.endswith("/opt-out"):
        return None
    from shared.http.bodies.privacy import RecipientsRequestBody  # loads pydantic, which the page itself never needs

    if is_page(call.request.path) and call.request.mimetype == FORM:
        form = json.dumps({"kind": call.request.form.get("kind")})
        return Kind(parse(form, RecipientsRequestBody).kind)
    return Kind(call.body(RecipientsRequestBody).kind)


def shown(call: Call, found: OpenedGift) -> Answer:
    if is_page(call.request.path):
        return _page(gift_html(found, call.path["token"], texts_for(call.request)))
    return Answer(200, opened_gift(found))


def done(call: Call, wish: Kind | None) -> Answer:
    if is_page(call.request.path):
        told = asked_html if wish else stopped_html
        return _page(told(call.path["token"], texts_for(call.request)))
    return Answer(202 if wish else 204)


def reported(call: Call) -> Answer:
    if is_page(call.request.path):
        return _page(reported_html(call.path["token"], texts_for(call.request)))
    return Answer(202)


def _page(html: str) -> Answer:
    return Answer(200, html=html, headers=HEADERS)
