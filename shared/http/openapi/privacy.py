"""Personal data: what is processed, and persons' requests about their own."""

from shared.domain.errors import Conflict, Forbidden, NotFound
from shared.http.answers.privacy import FORMATS, RequestSummary, WholeRequest
from shared.http.bodies.privacy import PrivacyRequestBody
from shared.http.openapi.operation import Operation, Query
from shared.http.openapi.parameters import PAGE
from shared.http.paging import Listed
from shared.privacy.notice import Processing

OPERATIONS = {
    "GET /v1/privacy/processing": Operation(
        summary="Which personal data is processed, by whom, for how long", answers={200: Processing}
    ),
    "POST /v1/privacy/requests": Operation(
        summary="Find, export, rectify or erase a person",
        notes="A recipient by `phone`, an account holder by `email`. It is carried out at once where it can be.",
        body=PrivacyRequestBody,
        example={"kind": "find", "phone": "070-174 06 05"},
        answers={201: WholeRequest},
        problems=(Conflict, Forbidden, NotFound),
    ),
    "GET /v1/privacy/requests": Operation(
        summary="The company's requests", query=PAGE, answers={200: Listed[RequestSummary]}
    ),
    "GET /v1/privacy/requests/<request_id>": Operation(
        summary="One request, with what it found until it is due",
        notes="With `format=csv` what was found is a file.",
        query=(Query("format", {"type": "string", "enum": list(FORMATS)}),),
        answers={200: (WholeRequest, "text/csv")},
    ),
    "POST /v1/privacy/requests/<request_id>/carry-out": Operation(
        summary="Carry out what a recipient asked for", answers={200: WholeRequest}, problems=(Conflict,)
    ),
}
