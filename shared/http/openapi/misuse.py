"""Against misuse: senders, link domains, opt-outs, recipients' reports, and what staff decide about accounts."""

from shared.domain.errors import Conflict, Forbidden, NotAcceptable, NotFound
from shared.domain.misuse import State
from shared.http.answers.misuse import (
    LISTED_STATES,
    LONGEST_SEARCH,
    Domain,
    FoundAccount,
    ImportedOptOuts,
    OptOut,
    ReportedCompany,
    Sender,
    StaffsDomain,
    StaffsSender,
    WholeAccount,
)
from shared.http.bodies.misuse import (
    AbuseBody,
    DecisionBody,
    GiveSenderBody,
    LiftBody,
    LinkDomainBody,
    OptOutBody,
    OptOutsBody,
    SenderBody,
    WithdrawBody,
    WithdrawPhoneBody,
)
from shared.http.openapi.operation import Operation, Query
from shared.http.openapi.parameters import PAGE, PAGE_LANGUAGE
from shared.http.paging import Listed

STATE = Query("state", {"type": "string", "enum": [str(one) for one in State]})
FILE: dict[str, dict[str, object]] = {
    "multipart/form-data": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary", "description": "CSV or .xlsx with numbers"}},
    }
}
REASON_FORM: dict[str, dict[str, object]] = {
    "application/x-www-form-urlencoded": {
        "type": "object",
        "required": ["reason"],
        "properties": {"reason": {"type": "string", "enum": ["not_asked", "fraud", "other"]}},
    }
}
WHY = {"reason": "The list of recipients was bought."}

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
    "GET /v1/link-domains": Operation(
        summary="Domains that texts may link to", query=(*PAGE, STATE), answers={200: Listed[Domain]}
    ),
    "POST /v1/link-domains": Operation(
        summary="Ask for a domain of the company's own",
        notes="A person at UpUp approves it. Then texts may link to it and to what is below it.",
        body=LinkDomainBody,
        example={"domain": "kaffebaren.example"},
        answers={201: Domain},
        problems=(Conflict, Forbidden, NotAcceptable),
    ),
    "DELETE /v1/link-domains/<domain_id>": Operation(
        summary="Link to a domain no more", answers={204: None}, problems=(Conflict,)
    ),
    "GET /v1/opt-outs": Operation(
        summary="Opt-outs, newest first",
        notes="No number is shown, as none is kept: only a keyed fingerprint.",
        query=PAGE,
        answers={200: Listed[OptOut]},
    ),
    "POST /v1/opt-outs": Operation(
        summary="Note that somebody wants no more",
        notes="200 where it was noted before.",
        body=OptOutBody,
        example={"phone": "070-174 06 05"},
        answers={200: OptOut, 201: OptOut},
    ),
    "POST /v1/opt-outs/import": Operation(
        summary="Note up to 10,000 opt-outs from another system",
        notes="A list or a file of numbers. All are counted, and those that are no mobile numbers are named by row.",
        body=OptOutsBody,
        example={"phones": ["070-174 06 05", "070-174 06 06"]},
        other_bodies=FILE,
        answers={200: ImportedOptOuts},
    ),
    "DELETE /v1/opt-outs": Operation(
        summary="Take an opt-out back, by number",
        notes="Only at the person's own wish, which is attested and noted. Again changes nothing.",
        body=WithdrawPhoneBody,
        example={"phone": "070-174 06 05", "wished_by_person": True},
        answers={204: None},
    ),
    "DELETE /v1/opt-outs/<opt_out_id>": Operation(
        summary="Take an opt-out back",
        notes="Only at the person's own wish, which is attested and noted.",
        body=WithdrawBody,
        example={"wished_by_person": True},
        answers={204: None},
    ),
    "POST /v1/gift/<token>/report": Operation(
        summary="Report the SMS to UpUp",
        notes="Nothing is kept of who reports; a link counts once.",
        body=AbuseBody,
        example={"reason": "not_asked"},
        answers={202: None},
    ),
    "POST /g/<token>/report": Operation(
        summary="The page's button: report the SMS",
        query=(PAGE_LANGUAGE,),
        body=AbuseBody,
        example={"reason": "not_asked"},
        other_bodies=REASON_FORM,
        answers={200: "text/html"},
    ),
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
    "GET /v1/staff/link-domains": Operation(
        summary="Link domains of all companies", query=(*PAGE, STATE), answers={200: Listed[StaffsDomain]}
    ),
    "POST /v1/staff/link-domains/<domain_id>/approve": Operation(summary="Approve it", answers={200: StaffsDomain}),
    "POST /v1/staff/link-domains/<domain_id>/refuse": Operation(
        summary="Refuse it", body=DecisionBody, example=WHY, answers={200: StaffsDomain}
    ),
    "GET /v1/staff/abuse-reports": Operation(
        summary="Companies that recipients have reported", query=PAGE, answers={200: Listed[ReportedCompany]}
    ),
}
