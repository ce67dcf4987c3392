"""/v1/link-domains: the domains that a company may link to in its texts, besides the gift's link."""

from shared import settings
from shared.app import start
from shared.http.answers.link_domains import domain, domain_list
from shared.http.bodies.link_domains import LinkDomainBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.ask_for_senders import ask_for_domain, remove_domain

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/link-domains", role="viewer", scope="senders:read")
def show(call: Call) -> Answer:
    return Answer(200, domain_list(app.database, call))


@api.route("POST", "/v1/link-domains", role="sender", scope="senders:write")
def ask(call: Call) -> Answer:
    wanted = call.body(LinkDomainBody).domain
    return Answer(201, domain(ask_for_domain(app.database, call.company_id, wanted, call.now)))


@api.route("DELETE", "/v1/link-domains/<domain_id>", role="sender", scope="senders:write")
def remove(call: Call) -> Answer:
    remove_domain(app.database, call.company_id, call.path["domain_id"])
    return Answer(204)


link_domains = api.function()
