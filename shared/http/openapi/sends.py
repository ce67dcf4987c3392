"""Sends: a gift and a text to many recipients, and what became of them."""

from shared.domain.delivery import DeliveryState
from shared.domain.errors import BalanceTooLow, Conflict, NotAcceptable, UnsupportedMedia
from shared.http.answers.send_views import Delivery, Send
from shared.http.answers.sends import AcceptedSend, OneSend, Preview, Quote, Report
from shared.http.answers.statistics import Statistics
from shared.http.bodies.send import PreviewBody, SendWithRecipients
from shared.http.openapi.operation import Operation, Query
from shared.http.openapi.parameters import DAY, OF_FILES, PAGE, TESTS
from shared.http.paging import Listed

MULTIPART = {
    "multipart/form-data": {
        "type": "object",
        "required": ["send", "recipients"],
        "properties": {
            "send": {"type": "string", "description": "The JSON of a send without `recipients`."},
            "recipients": {"type": "string", "format": "binary", "description": "CSV or .xlsx, up to 10 MB."},
        },
    }
}
A_SEND = {
    "gift": "coffee",
    "sender": "Kaffebaren",
    "message": "Hej {{first_name}}! En present till dig: {{link}}",
    "recipients": [{"phone": "070-174 06 05", "first_name": "Anna"}],
    "consent": {"legal_basis": "consent", "text_version": "2026-11"},
}

OPERATIONS = {
    "POST /v1/sms/preview": Operation(
        summary="A text as it would leave, and what it comes to",
        body=PreviewBody,
        example={"message": "Hej! {{link}}"},
        answers={200: Preview},
    ),
    "POST /v1/sends/quote": Operation(
        summary="What a send would come to",
        notes="Nothing happens. Rows that cannot be sent to are in the report, and the answer is 200 all the same.",
        body=SendWithRecipients,
        example=A_SEND,
        other_bodies=MULTIPART,
        answers={200: Quote},
        problems=(NotAcceptable, UnsupportedMedia),
    ),
    "POST /v1/sends": Operation(
        summary="Send a gift to many",
        notes=(
            "Up to 100,000 recipients, as JSON or as a file. With `on_invalid` `reject` one row that cannot be sent to"
            " stops all, and the report says which; with `skip` the others are sent to. With a test key nothing leaves"
            " UpUp and nothing is booked; `price_ore` is what it would have cost. With `reminder` those who have not"
            " opened the gift so many days later get one SMS more, by day and with a new link, if the balance covers it"
            " then."
        ),
        body=SendWithRecipients,
        example=A_SEND,
        other_bodies=MULTIPART,
        answers={201: AcceptedSend},
        problems=(BalanceTooLow, Conflict),
        problem_with=Report,
        idempotent=True,
    ),
    "GET /v1/sends": Operation(summary="The company's sends", query=(*PAGE, TESTS), answers={200: Listed[Send]}),
    "GET /v1/sends/<send_id>": Operation(summary="One send with its progress", query=(TESTS,), answers={200: OneSend}),
    "POST /v1/sends/<send_id>/cancel": Operation(
        summary="Stop a send",
        notes="What has not left does not leave, and costs nothing.",
        query=(TESTS,),
        answers={200: OneSend},
        problems=(Conflict,),
    ),
    "GET /v1/sends/<send_id>/deliveries": Operation(
        summary="A send's recipients, in the order of the upload",
        query=(*PAGE, Query("state", {"type": "string", "enum": list(DeliveryState)}, "Only those in it."), TESTS),
        answers={200: Listed[Delivery]},
        problems=(NotAcceptable,),
    ),
    "GET /v1/sends/<send_id>/report.csv": Operation(
        summary="A send's recipients as a file for Excel", query=(*OF_FILES, TESTS), answers={200: "text/csv"}
    ),
    "GET /v1/statistics": Operation(
        summary="What the gifts have come to",
        notes="By day and gift for the last 30 days, by month and gift before that.",
        query=(Query("from", DAY), Query("to", DAY)),
        answers={200: Statistics},
    ),
    "GET /v1/statistics/file.csv": Operation(
        summary="What the gifts have come to, as a file",
        notes="A row for each period and gift; the cost is in kronor.",
        query=(Query("from", DAY), Query("to", DAY), *OF_FILES),
        answers={200: "text/csv"},
    ),
}
