"""Companies' accounts, as staff see and stop them: of the area `misuse`."""

from shared.domain.errors import Conflict
from shared.http.answers.staff_accounts import LISTED_STATES, LONGEST_SEARCH, FoundAccount, WholeAccount
from shared.http.bodies.decision import DecisionBody, LiftBody
from shared.http.openapi.operation import Operation, Query
from shared.http.openapi.parameters import PAGE, WHY
from shared.http.paging import Listed

OPERATIONS = {
    "GET /v1/staff/accounts": Operation(
        summary="Companies, newest first",
        query=(
            *PAGE,
            Query("state", {"type": "string", "enum": list(LISTED_STATES)}),
            Query("q", {"type": "string", "maxLength": LONGEST_SEARCH}, "Part of a name, or a number or id."),
        ),
        answers={200: Listed[FoundAccount]},
    ),
    "GET /v1/staff/accounts/<account_id>": Operation(
        summary="A company, and what staff decided about it", answers={200: WholeAccount}
    ),
    "POST /v1/staff/accounts/<account_id>/stop": Operation(
        summary="Stop a company at once",
        notes="No new send is taken and no further SMS leaves; what waits goes on afterwards. The company reads why.",
        body=DecisionBody,
        example=WHY,
        answers={200: WholeAccount},
        problems=(Conflict,),
    ),
    "POST /v1/staff/accounts/<account_id>/resume": Operation(
        summary="Let a stopped company go on",
        body=DecisionBody,
        example=WHY,
        answers={200: WholeAccount},
        problems=(Conflict,),
    ),
    "POST /v1/staff/accounts/<account_id>/lift-limits": Operation(
        summary="Let a new company send as much as others",
        body=LiftBody,
        example=WHY,
        answers={200: WholeAccount},
    ),
}
