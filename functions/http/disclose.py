"""Staff: /v1/staff/disclosures to ask to read an encrypted send, to approve it, and to read it."""

from shared import settings
from shared.app import start
from shared.http.answers.disclosures import DisclosureBody, disclosed_list, disclosed_page, disclosure, disclosure_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.privacy import disclose_send

app = start(settings.DatabaseSettings, settings.KeySettings, settings.StaffSettings)
api = Api(app)


@api.route("POST", "/v1/staff/disclosures", staff=True)
def ask(call: Call) -> Answer:
    body = call.body(DisclosureBody)
    asked = disclose_send.ask(app.database, call.staff, body.send_id, body.reason, call.now)
    return Answer(201, disclosure(asked, call.now))


@api.route("GET", "/v1/staff/disclosures", staff=True)
def show(call: Call) -> Answer:
    return Answer(200, disclosure_list(app.database, call))


@api.route("POST", "/v1/staff/disclosures/<disclosure_id>/approve", staff=True)
def approve(call: Call) -> Answer:
    approved = disclose_send.approve(app.database, call.staff, call.path["disclosure_id"], call.now)
    return Answer(200, disclosure(approved, call.now))


@api.route("GET", "/v1/staff/disclosures/<disclosure_id>/deliveries", staff=True)
def read(call: Call) -> Answer:
    page = disclosed_page(call)
    found = disclose_send.read(app.database, app.key_service, call.staff, call.path["disclosure_id"], *page, call.now)
    return Answer(200, disclosed_list(app.tokens, *found, page.most))


disclose = api.function()
