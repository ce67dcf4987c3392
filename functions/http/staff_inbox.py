"""Staff: GET /v1/staff/inbox, who one is, and how much waits for staff."""

from shared import settings
from shared.app import start
from shared.http.answers.inbox import staffs_inbox
from shared.http.call import Answer, Call
from shared.http.endpoint import Api

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)


@api.route("GET", "/v1/staff/inbox", staff=True)
def show(call: Call) -> Answer:
    return Answer(200, staffs_inbox(app.database, call.staff, call.now))


staff_inbox = api.function()
