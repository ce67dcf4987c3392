"""Staff: /v1/staff/access, who has access to what, for the yearly review."""

from shared import settings
from shared.app import start
from shared.http.answers.access import access, access_file, access_list, review
from shared.http.bodies.registers import AccessBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.privacy import grant_access as use_case

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)
api.route("GET", "/v1/staff/access", staff=True)(lambda call: Answer(200, access_list(app.database, call)))
api.route("GET", "/v1/staff/access/export.csv", staff=True)(lambda call: access_file(app.database, call))


@api.route("POST", "/v1/staff/access", staff=True)
def grant(call: Call) -> Answer:
    granted = use_case.grant_access(app.database, call.body(AccessBody).grant(call.staff, call.now))
    return Answer(201, access(granted, call.now.date()))


@api.route("POST", "/v1/staff/access/<grant_id>/end", staff=True)
def end(call: Call) -> Answer:
    ended = use_case.end_access(app.database, call.staff, call.path["grant_id"], call.now)
    return Answer(200, access(ended, call.now.date()))


@api.route("POST", "/v1/staff/access/reviews", staff=True)
def went_through(call: Call) -> Answer:
    return Answer(201, review(use_case.review_access(app.database, call.staff, call.now)))


staff_access = api.function()
