"""GET /v1/account/mailing: whether the asking person gets news, and whom of the company a supplier will not take."""

from shared import settings
from shared.app import start
from shared.http.answers import contacts
from shared.http.call import Answer, Call
from shared.http.endpoint import Api

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/account/mailing", role="viewer")
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, contacts.mailing(tx, call.company_id, call.member.person_id))


mailing = api.function()
