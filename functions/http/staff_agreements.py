"""Staff: GET /v1/staff/agreements, which end and what is still open, and POST …/{id}/retry to try it again."""

from datetime import datetime

from shared import settings
from shared.app import start
from shared.database.queries import agreements, companies, staff_log
from shared.domain.errors import Conflict, NotFound
from shared.http.answers.agreement import Retried, ending_list
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.paging import read_page

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
    with app.database.transaction() as tx:
        if companies.get(tx, account_id) is None:
            raise NotFound("There is no such account.")
        left = agreements.retry(tx, account_id, call.now)
        if not left:
            raise Conflict("Nothing of this agreement's end is open.")
        staff_log.add(tx, call.staff, staff_log.Action.RETRY_ENDING, [account_id], call.now)
    return Answer(200, Retried(account_id=account_id, open_steps=left))


staff_agreements = api.function()
