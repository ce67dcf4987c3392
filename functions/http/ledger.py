"""GET /v1/ledger: each movement of a company's money, newest first, of all months or of one."""

from shared import settings
from shared.app import start
from shared.http.answers.ledger import ledger_list, read_place
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.month import read_month
from shared.http.paging import read_page

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/ledger", role="viewer", scope="ledger:read")
def show(call: Call) -> Answer:
    asked = call.request.args.get("month")
    month = None if asked is None else read_month(asked, call.now.date())
    page = read_page(call.request, read_place)
    with app.database.transaction() as tx:
        return Answer(200, ledger_list(tx, call.company_id, month, page))


ledger = api.function()
