"""Staff: GET /v1/staff/agreements, which end and what is still open, and POST …/{id}/retry to try it again."""

from datetime import datetime

from shared import settings
from shared.app import start
from shared.http.answers.agreement import Retried, ending_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.paging import read_page
from shared.use_cases.accounts.retry_ending import retry_ending

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)


@api.route("GET", "/v1/staff/agreements", staff=True)
def show(call: Call) -> Answer:
    page = read_page(call.request, datetime.fromisoformat, str)
    with app.database.transaction() as tx:
        return Answer(200, ending_list(tx, page))


@api.route("POST", "/v1/staff/agreements/<account_id>/retry", staff=True)
def retry(call: Call) -> Answer:
    account_id = call.path["account_id"]
    left = retry_ending(app.database, call.staff, account_id, call.now)
    return Answer(200, Retried(account_id=account_id, open_steps=left))


staff_agreements = api.function()
