"""POST /v1/billing/checkout and /portal: where a plan is paid, and where card and plan are changed or cancelled."""

from shared import settings
from shared.app import start
from shared.http.answers.entry import CheckoutUrl, PortalUrl
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.billing.plan_pages import begin_checkout, open_portal

app = start(settings.DatabaseSettings, settings.StripeSettings)
api = Api(app)


@api.route("POST", "/v1/billing/checkout", role="owner", careful=True)
def pay_plan(call: Call) -> Answer:
    url = begin_checkout(app.database, app.payments, call.company_id, call.member.person_id)
    return Answer(200, CheckoutUrl(checkout_url=url))


@api.route("POST", "/v1/billing/portal", role="owner", careful=True)
def open_page(call: Call) -> Answer:
    return Answer(200, PortalUrl(url=open_portal(app.database, app.payments, call.company_id)))


plan_pages = api.function()
