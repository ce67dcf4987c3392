"""Recipients' reports: of the area `misuse`."""

from shared.http.answers.abuse_reports import ReportedCompany
from shared.http.bodies.abuse_reports import AbuseBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE, PAGE_LANGUAGE
from shared.http.paging import Listed

REASON_FORM: dict[str, dict[str, object]] = {
    "application/x-www-form-urlencoded": {
        "type": "object",
        "required": ["reason"],
        "properties": {"reason": {"type": "string", "enum": ["not_asked", "fraud", "other"]}},
    }
}

OPERATIONS = {
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
    "GET /v1/staff/abuse-reports": Operation(
        summary="Companies that recipients have reported", query=PAGE, answers={200: Listed[ReportedCompany]}
    ),
}
