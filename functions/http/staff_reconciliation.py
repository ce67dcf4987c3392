"""Staff: GET /v1/staff/reconciliation, what differed between Stripe and our books, newest first."""

from datetime import datetime

from shared import settings
from shared.app import start
from shared.http.answers.reconciliation import difference_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.paging import read_page

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)


@api.route("GET", "/v1/staff/reconciliation", staff=True)
def show(call: Call) -> Answer:
    page = read_page(call.request, datetime.fromisoformat, str)
    with app.database.transaction() as tx:
        return Answer(200, difference_list(tx, page))


staff_reconciliation = api.function()
