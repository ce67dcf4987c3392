"""Staff: GET /v1/staff/contacts, whom a supplier will not take, and POST /v1/staff/visitors/erase, by e-mail."""

from datetime import datetime

from shared import settings
from shared.app import start
from shared.http.answers.contacts import refusal_list
from shared.http.bodies.forms import VisitorBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.paging import read_page
from shared.use_cases.forms.erase_visitor import erase_visitor

app = start(settings.DatabaseSettings, settings.StaffSettings, settings.MailchimpSettings, settings.HubSpotSettings)
api = Api(app)


@api.route("GET", "/v1/staff/contacts", staff=True)
def refused(call: Call) -> Answer:
    page = read_page(call.request, datetime.fromisoformat, str)
    with app.database.transaction() as tx:
        return Answer(200, refusal_list(tx, page))


@api.route("POST", "/v1/staff/visitors/erase", staff=True)
def erase(call: Call) -> Answer:
    email = call.body(VisitorBody).email
    erase_visitor(app.database, app.marketing, app.crm, email, call.staff, call.now)
    return Answer(204)


staff_contacts = api.function()
