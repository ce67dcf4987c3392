"""For UpUp's staff: disclosures, and the registers of breaches and of access."""

from shared.domain.errors import Conflict, NotAcceptable, NotFound
from shared.http.answers.access import Access, AccessList, AccessReview
from shared.http.answers.breaches import Breach, WholeBreach
from shared.http.answers.disclosures import Disclosed, Disclosure, DisclosureBody, KeyVersion
from shared.http.bodies.registers import AccessBody, BreachBody, BreachChangeBody, TellBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE
from shared.http.paging import Listed

OPERATIONS = {
    "POST /v1/staff/disclosures": Operation(
        summary="Ask to read an encrypted send",
        body=DisclosureBody,
        example={"send_id": "snd_abcdefghijklmnop", "reason": "Case 17: which of two numbers got the gift?"},
        answers={201: Disclosure},
        problems=(NotFound, Conflict),
    ),
    "GET /v1/staff/disclosures": Operation(summary="Disclosures", query=PAGE, answers={200: Listed[Disclosure]}),
    "POST /v1/staff/disclosures/<disclosure_id>/approve": Operation(
        summary="Approve what a colleague asks", answers={200: Disclosure}, problems=(Conflict,)
    ),
    "GET /v1/staff/disclosures/<disclosure_id>/deliveries": Operation(
        summary="Read the send, for an hour", query=PAGE, answers={200: Listed[Disclosed]}, problems=(Conflict,)
    ),
    "GET /v1/staff/key-versions": Operation(
        summary="Versions of companies' keys that still open rows", query=PAGE, answers={200: Listed[KeyVersion]}
    ),
    "GET /v1/staff/breaches": Operation(
        summary="The register of personal data breaches", query=PAGE, answers={200: Listed[Breach]}
    ),
    "POST /v1/staff/breaches": Operation(
        summary="Register a breach",
        body=BreachBody,
        example={
            "happened_at": "2026-11-20T10:00:00Z",
            "found_at": "2026-11-20T12:00:00Z",
            "what": "A report was open to one colleague too many.",
            "consequences": "None is known.",
            "measures": "The access was taken away.",
            "companies": "all",
        },
        answers={201: WholeBreach},
        problems=(NotFound,),
    ),
    "GET /v1/staff/breaches/<breach_id>": Operation(summary="One breach", answers={200: WholeBreach}),
    "PATCH /v1/staff/breaches/<breach_id>": Operation(
        summary="Add what was done since, or another state",
        body=BreachChangeBody,
        example={"state": "closed"},
        answers={200: WholeBreach},
        problems=(Conflict,),
    ),
    "POST /v1/staff/breaches/<breach_id>/tell": Operation(
        summary="Mail the owners of the companies concerned",
        body=TellBody,
        example={"message": "Vi vill berätta vad som hände."},
        answers={202: WholeBreach},
        problems=(Conflict,),
    ),
    "GET /v1/staff/breaches/export.csv": Operation(summary="The register as a file", answers={200: "text/csv"}),
    "GET /v1/staff/access": Operation(summary="Who has access to what", query=PAGE, answers={200: AccessList}),
    "POST /v1/staff/access": Operation(
        summary="Write down that somebody was given access",
        body=AccessBody,
        example={
            "name": "Anna Ek",
            "email": "anna@upup.example",
            "organisation": "UpUp",
            "environment": "stage",
            "what": "logs",
            "role": "developer",
            "since": "2026-11-23",
        },
        answers={201: Access},
        problems=(NotAcceptable, Conflict),
    ),
    "POST /v1/staff/access/<grant_id>/end": Operation(
        summary="Write down that it was taken away", answers={200: Access}, problems=(Conflict,)
    ),
    "POST /v1/staff/access/reviews": Operation(
        summary="Write down that all of it was gone through", answers={201: AccessReview}
    ),
    "GET /v1/staff/access/export.csv": Operation(summary="The register as a file", answers={200: "text/csv"}),
}
