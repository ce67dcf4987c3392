"""Staff: /v1/staff/link-domains, the domains that companies want to link to; /v1/staff/abuse-reports, of recipients."""

from shared import settings
from shared.app import start
from shared.http.answers.abuse_reports import report_list
from shared.http.answers.link_domains import one_staffs_domain, staffs_domain_list
from shared.http.bodies.decision import DecisionBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.ask_for_senders import decide_domain

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)
api.route("GET", "/v1/staff/link-domains", staff=True)(lambda call: Answer(200, staffs_domain_list(app.database, call)))
api.route("GET", "/v1/staff/abuse-reports", staff=True)(lambda call: Answer(200, report_list(app.database, call)))


@api.route("POST", "/v1/staff/link-domains/<domain_id>/approve", staff=True)
def approve(call: Call) -> Answer:
    return decided(call, None)


@api.route("POST", "/v1/staff/link-domains/<domain_id>/refuse", staff=True)
def refuse(call: Call) -> Answer:
    return decided(call, call.body(DecisionBody).reason)


def decided(call: Call, refused_because: str | None) -> Answer:
    domain_id = call.path["domain_id"]
    whose = decide_domain(app.database, call.staff, domain_id, refused_because, call.now)
    return Answer(200, one_staffs_domain(app.database, whose, domain_id))


staff_link_domains = api.function()
