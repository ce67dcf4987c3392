"""A company's account: signing up, logging in, its agreement."""

from shared.domain.errors import Conflict, Forbidden, NotAcceptable, Unauthenticated
from shared.http.answers.account import Account
from shared.http.answers.entry import Nothing, SignedUp
from shared.http.answers.logged_in import LoggedIn
from shared.http.bodies.agreement import AccountBody, CloseBody, DpaBody
from shared.http.bodies.login import CompleteLoginBody, LoginBody
from shared.http.bodies.signup import SignupBody
from shared.http.openapi.operation import Operation

ANNA = "anna@kaffebaren.example"

OPERATIONS = {
    "POST /v1/signup": Operation(
        summary="Sign a company up",
        notes="The agreement begins when the plan is paid at `checkout_url`. An unpaid signup is erased after 7 days.",
        body=SignupBody,
        example={
            "company_name": "Kaffebaren AB",
            "org_number": "559321-0981",
            "first_name": "Anna",
            "last_name": "Ek",
            "email": ANNA,
            "plan": "start",
            "accepted_dpa_version": "2026-11",
        },
        answers={201: SignedUp},
    ),
    "POST /v1/login": Operation(
        summary="Ask for a link to log in with",
        notes="It goes by e-mail, works once and for 10 minutes. The answer is the same whoever has the address.",
        body=LoginBody,
        example={"email": ANNA},
        answers={202: Nothing},
    ),
    "POST /v1/login/complete": Operation(
        summary="Log in with the link's token",
        notes="Sets the session cookie. `account_id` chooses among the accounts of one person.",
        body=CompleteLoginBody,
        example={"token": "the-token-in-the-link"},
        answers={200: LoggedIn},
        problems=(Unauthenticated, Forbidden),
    ),
    "POST /v1/logout": Operation(summary="End the session", answers={204: None}),
    "GET /v1/account": Operation(summary="The company's account", answers={200: Account}),
    "PATCH /v1/account": Operation(
        summary="Choose how long recipients' data is kept, and whether every member needs a second factor",
        notes="Numbers are encrypted after at most 30 days and deleted after at most 365.",
        body=AccountBody,
        example={"retention": {"erase_after_days": 365}},
        answers={200: Account},
        problems=(NotAcceptable, Conflict),
    ),
    "POST /v1/account/dpa": Operation(
        summary="Accept the present data processing agreement",
        body=DpaBody,
        example={"version": "2026-11"},
        answers={200: Account},
        problems=(Conflict,),
    ),
    "POST /v1/account/close": Operation(
        summary="End the agreement",
        notes="It can be taken back for 14 days; then everything of the company's is erased.",
        body=CloseBody,
        example={"confirm": "Kaffebaren AB"},
        answers={200: Account},
        problems=(Conflict,),
    ),
    "POST /v1/account/reopen": Operation(
        summary="Take the end of the agreement back", answers={200: Account}, problems=(Conflict,)
    ),
}
