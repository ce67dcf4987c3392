"""The forms of the website, and what staff see of contacts at the suppliers."""

from shared.domain.errors import Conflict, NotAcceptable
from shared.http.answers.contacts import Mailing, RefusedContact
from shared.http.answers.entry import Nothing
from shared.http.bodies.forms import ContactBody, NewsletterBody, TestSendBody, TokenBody, VisitorBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE
from shared.http.paging import Listed

VISITOR = {
    "first_name": "Anna",
    "last_name": "Ek",
    "company": "Kaffebaren AB",
    "email": "anna@kaffebaren.example",
    "text_version": "2026-11",
}
SAME = "The answer is the same whatever is known of the address."

OPERATIONS = {
    "POST /v1/forms/newsletter": Operation(
        summary="Ask for the newsletter",
        notes=f"It begins when the link in an e-mail is used. {SAME}",
        body=NewsletterBody,
        example=VISITOR,
        answers={202: Nothing},
    ),
    "POST /v1/forms/contact": Operation(
        summary="Write to UpUp",
        notes=SAME,
        body=ContactBody,
        example=VISITOR | {"message": "Hej! Vad kostar det?"},
        answers={202: Nothing},
    ),
    "POST /v1/forms/test-send": Operation(
        summary="Ask for a test SMS",
        notes=f"It leaves when the link in an e-mail is used: once a number and 30 days. {SAME}",
        body=TestSendBody,
        example=VISITOR | {"phone": "070-174 06 05"},
        answers={202: Nothing},
    ),
    "POST /v1/forms/test-send/confirm": Operation(
        summary="Send the test SMS",
        notes="With the token of the link in the e-mail. Whether the number may have one is not told.",
        body=TokenBody,
        example={"token": "the-token-in-the-link"},
        answers={202: Nothing},
        problems=(NotAcceptable,),
    ),
    "POST /v1/forms/test-send/opt-out": Operation(
        summary="No more SMS from UpUp itself",
        notes="With the token of the link in the test SMS.",
        body=TokenBody,
        example={"token": "the-token-in-the-link"},
        answers={204: None},
    ),
    "GET /v1/account/mailing": Operation(summary="Who gets news, and whom a supplier refuses", answers={200: Mailing}),
    "GET /v1/staff/contacts": Operation(
        summary="Account holders whose e-mail a supplier will not take",
        query=PAGE,
        answers={200: Listed[RefusedContact]},
    ),
    "POST /v1/staff/visitors/erase": Operation(
        summary="Erase a visitor at Mailchimp and HubSpot",
        body=VisitorBody,
        example={"email": "besokare@exempel.example"},
        answers={204: None},
        problems=(Conflict,),
    ),
}
