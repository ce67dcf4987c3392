"""Senders, of the company and for staff: of the area `misuse`."""

from shared.domain.errors import Conflict, Forbidden, NotAcceptable, NotFound
from shared.http.answers.senders import Sender, StaffsSender
from shared.http.bodies.decision import DecisionBody
from shared.http.bodies.senders import GiveSenderBody, SenderBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE, STATE, WHY
from shared.http.paging import Listed

OPERATIONS = {
    "GET /v1/senders": Operation(
        summary="Senders of the company, and how far their approval has come",
        query=(*PAGE, STATE),
        answers={200: Listed[Sender]},
    ),
    "POST /v1/senders": Operation(
        summary="Ask for a sender",
        notes="A person at UpUp approves it. Again it is the same; one that was refused is asked for once more.",
        body=SenderBody,
        example={"sender": "Kaffebaren"},
        answers={201: Sender},
        problems=(Conflict, Forbidden, NotAcceptable),
    ),
    "DELETE /v1/senders/<sender_id>": Operation(
        summary="Use a sender no more", notes="Sends under way keep it.", answers={204: None}, problems=(Conflict,)
    ),
    "GET /v1/staff/senders": Operation(
        summary="Senders of all companies; with state=asked what waits for an answer",
        query=(*PAGE, STATE),
        answers={200: Listed[StaffsSender]},
    ),
    "POST /v1/staff/senders": Operation(
        summary="Give a company a sender, as a number that can be answered",
        body=GiveSenderBody,
        example={"account_id": "acc_aaaaaaaaaaaaaaaa", "sender": "Kaffebaren"},
        answers={201: StaffsSender},
        problems=(
            NotFound,
            NotAcceptable,
        ),
    ),
    "POST /v1/staff/senders/<sender_id>/approve": Operation(
        summary="Approve what is asked: the sender, or texts that speak of banks, codes or accounts",
        answers={200: StaffsSender},
    ),
    "POST /v1/staff/senders/<sender_id>/refuse": Operation(
        summary="Refuse it", body=DecisionBody, example=WHY, answers={200: StaffsSender}
    ),
}
