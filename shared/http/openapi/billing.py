"""Money: top-ups, plans, the ledger."""

from shared.domain.errors import Conflict, NotAcceptable
from shared.http.answers.agreement import Retried
from shared.http.answers.entry import CheckoutUrl, PortalUrl
from shared.http.answers.reconciliation import StripeDifference
from shared.http.bodies.billing import PaidByBankBody, TopUpBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE
from shared.http.paging import Listed

OPERATIONS = {
    "POST /v1/billing/top-ups": Operation(
        summary="Pay money in",
        notes="A deposit, credited in full when it is paid at `checkout_url`.",
        body=TopUpBody,
        example={"amount_ore": 10_000},
        answers={201: CheckoutUrl},
        problems=(Conflict, NotAcceptable),
        idempotent=True,
    ),
    "POST /v1/billing/checkout": Operation(
        summary="Pay the plan of an account that is pending",
        notes="The payment page that is open, or a new one where that has expired.",
        answers={200: CheckoutUrl},
        problems=(Conflict,),
    ),
    "POST /v1/billing/portal": Operation(
        summary="Change card or plan, or cancel",
        notes="A page at Stripe. What is changed there is followed within seconds.",
        answers={200: PortalUrl},
        problems=(Conflict,),
    ),
    "GET /v1/staff/reconciliation": Operation(
        summary="What differed between Stripe and our books, newest first",
        query=PAGE,
        answers={200: Listed[StripeDifference]},
    ),
    "POST /v1/staff/agreements/<account_id>/paid-by-bank": Operation(
        summary="Say that what was left of a balance was paid back by bank",
        notes="Where no payment at Stripe was left to refund. The agreement's end goes on with the next run.",
        body=PaidByBankBody,
        example={"amount_ore": 12_300},
        answers={200: Retried},
        problems=(Conflict,),
    ),
}
