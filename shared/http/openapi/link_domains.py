"""Link domains, of the company and for staff: of the area `misuse`."""

from shared.domain.errors import Conflict, Forbidden, NotAcceptable
from shared.http.answers.link_domains import Domain, StaffsDomain
from shared.http.bodies.decision import DecisionBody
from shared.http.bodies.link_domains import LinkDomainBody
from shared.http.openapi.operation import Operation
from shared.http.openapi.parameters import PAGE, STATE, WHY
from shared.http.paging import Listed

OPERATIONS = {
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
    "GET /v1/staff/link-domains": Operation(
        summary="Link domains of all companies", query=(*PAGE, STATE), answers={200: Listed[StaffsDomain]}
    ),
    "POST /v1/staff/link-domains/<domain_id>/approve": Operation(summary="Approve it", answers={200: StaffsDomain}),
    "POST /v1/staff/link-domains/<domain_id>/refuse": Operation(
        summary="Refuse it", body=DecisionBody, example=WHY, answers={200: StaffsDomain}
    ),
}
