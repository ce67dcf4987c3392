"""Staff: GET /v1/staff/key-versions, the versions of companies' keys that still open rows."""

from shared import settings
from shared.app import start
from shared.http.answers.disclosures import key_version_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.paging import read_page

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)


@api.route("GET", "/v1/staff/key-versions", staff=True)
def show(call: Call) -> Answer:
    page = read_page(call.request, str, str)
    with app.database.transaction() as tx:
        return Answer(200, key_version_list(tx, page))


staff_keys = api.function()
