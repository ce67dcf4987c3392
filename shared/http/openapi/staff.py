"""For UpUp's staff: what stands still, and what ends."""

from shared.domain.errors import Conflict, NotAcceptable
from shared.http.answers.agreement import EndingAgreement, Retried
from shared.http.answers.inbox import Inbox
from shared.http.answers.staff import DeadLetterShown, Replayed, Settled, UncertainDelivery
from shared.http.bodies.settle import SettleBody
from shared.http.openapi.operation import Operation, Query
from shared.http.openapi.parameters import PAGE
from shared.http.paging import Listed

OPERATIONS = {
    "GET /v1/staff/inbox": Operation(summary="Who one is, and how much waits for staff", answers={200: Inbox}),
    "GET /v1/staff/dead-letters": Operation(
        summary="Messages that were given up", query=PAGE, answers={200: Listed[DeadLetterShown]}
    ),
    "POST /v1/staff/dead-letters/replay": Operation(summary="Try all of them again", answers={200: Replayed}),
    "POST /v1/staff/dead-letters/<letter_id>/replay": Operation(
        summary="Try one again", answers={200: Replayed}, problems=(Conflict,)
    ),
    "GET /v1/staff/deliveries": Operation(
        summary="SMS in doubt",
        query=(*PAGE, Query("state", {"const": "unknown"})),
        answers={200: Listed[UncertainDelivery]},
    ),
    "POST /v1/staff/deliveries/<delivery_id>/settle": Operation(
        summary="Say what became of one",
        body=SettleBody,
        example={"outcome": "sent"},
        answers={200: Settled},
        problems=(Conflict, NotAcceptable),
    ),
    "GET /v1/staff/agreements": Operation(
        summary="Agreements that end, and what is open of it", query=PAGE, answers={200: Listed[EndingAgreement]}
    ),
    "POST /v1/staff/agreements/<account_id>/retry": Operation(
        summary="Try now what is open", answers={200: Retried}, problems=(Conflict,)
    ),
}
