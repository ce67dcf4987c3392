"""The catalogue, and what a gift's link opens."""

from shared.domain.errors import BalanceTooLow, Conflict
from shared.domain.extra_sms import MOST_RESENDS
from shared.http.answers.entry import PlanOnSale
from shared.http.answers.extra_sms import Resend
from shared.http.answers.gift_views import GiftOnSale, Opened
from shared.http.answers.send_views import Delivery
from shared.http.bodies.privacy import RecipientsRequestBody
from shared.http.bodies.resend import ResendBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import FORM, PAGE_LANGUAGE, TESTS
from shared.http.paging import Whole

OPERATIONS = {
    "GET /v1/plans": Operation(summary="What can be subscribed to", answers={200: Whole[PlanOnSale]}),
    "GET /v1/gifts": Operation(summary="What can be given", answers={200: Whole[GiftOnSale]}),
    "POST /v1/sends/<send_id>/deliveries/<delivery_id>/cancel-gift": Operation(
        summary="Take back a gift that nobody has redeemed",
        notes=(
            "Its code is voided and its value released. 202: the code's issuer is away, and the rest follows by itself."
            " Only while the number is in clear, as nothing leads to the gift after that. Asked twice, it is the same."
        ),
        query=(TESTS,),
        answers={200: Delivery, 202: Delivery},
        problems=(Conflict,),
    ),
    "POST /v1/sends/<send_id>/deliveries/<delivery_id>/resend": Operation(
        summary="Send a gift's link to its recipient once more",
        notes=(
            f"A fixed text with a new link to the same gift, to the same number, up to {MOST_RESENDS} times while the"
            " number is in clear. It is paid for when it is sent. Not to who has opted out, nor for a gift that has"
            " ended."
        ),
        query=(TESTS,),
        body=ResendBody,
        example={"language": "sv"},
        answers={201: Resend},
        problems=(BalanceTooLow, Conflict),
        idempotent=True,
    ),
    "GET /v1/gift/<token>": Operation(summary="The gift that a link leads to", answers={200: Opened}),
    "POST /v1/gift/<token>/opt-out": Operation(
        summary="No more SMS from that company", answers={204: None}, notes="Asked twice, it is the same."
    ),
    "POST /v1/gift/<token>/privacy-request": Operation(
        summary="Ask the company for one's data, or to erase it",
        body=RecipientsRequestBody,
        example={"kind": "export"},
        answers={202: None},
    ),
    "GET /g/<token>": Operation(summary="The gift's page", query=(PAGE_LANGUAGE,), answers={200: "text/html"}),
    "POST /g/<token>/opt-out": Operation(
        summary="The page's button: no more SMS", query=(PAGE_LANGUAGE,), answers={200: "text/html"}
    ),
    "POST /g/<token>/privacy-request": Operation(
        summary="The page's button: one's data",
        query=(PAGE_LANGUAGE,),
        body=RecipientsRequestBody,
        example={"kind": "export"},
        other_bodies=FORM,
        answers={200: "text/html"},
    ),
}
