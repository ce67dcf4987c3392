"""What a gift's link answers: JSON to a program, a page to a browser."""

import json

from shared.domain.gift import OpenedGift
from shared.domain.privacy_request import Kind
from shared.http.answers import views
from shared.http.answers.gift_html import HEADERS, asked_html, gift_html, goodbye_html, is_page, reported_html
from shared.http.bodies.privacy import RecipientsRequestBody
from shared.http.call import Answer, Call, parse

FORM = "application/x-www-form-urlencoded"


def read_wish(call: Call) -> Kind | None:
    """What the recipient asks the company for, by JSON or the page's form; None is no more SMS.

    Raises `NotAcceptable`, `Malformed`, `UnsupportedMedia`.
    """
    if call.request.path.endswith("/opt-out"):
        return None
    if is_page(call.request.path) and call.request.mimetype == FORM:
        form = json.dumps({"kind": call.request.form.get("kind")})
        return Kind(parse(form, RecipientsRequestBody).kind)
    return Kind(call.body(RecipientsRequestBody).kind)


def shown(call: Call, found: OpenedGift) -> Answer:
    if is_page(call.request.path):
        return _page(gift_html(found, call.path["token"]))
    return Answer(200, views.opened_gift(found))


def done(call: Call, wish: Kind | None) -> Answer:
    if is_page(call.request.path):
        return _page(asked_html(call.path["token"]) if wish else goodbye_html(call.path["token"]))
    return Answer(202 if wish else 204)


def reported(call: Call) -> Answer:
    return _page(reported_html(call.path["token"])) if is_page(call.request.path) else Answer(202)


def _page(html: str) -> Answer:
    return Answer(200, html=html, headers=HEADERS)
