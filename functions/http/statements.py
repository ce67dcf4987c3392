"""GET /v1/statements: a company's months; each as the data of a page, and as a file."""

from shared import settings
from shared.app import start
from shared.http.answers.statements import month_list, one_statement, read_place
from shared.http.answers.statements_csv import statement_file
from shared.http.call import Answer, Call
from shared.http.csv_file import read_style
from shared.http.endpoint import Api
from shared.http.month import read_month
from shared.http.paging import read_page

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/statements", role="viewer", scope="ledger:read")
def list_months(call: Call) -> Answer:
    page = read_page(call.request, read_place)
    with app.database.transaction() as tx:
        return Answer(200, month_list(tx, call.company_id, page, call.now.date()))


@api.route("GET", "/v1/statements/<month>", role="viewer", scope="ledger:read")
def show(call: Call) -> Answer:
    month = read_month(call.path["month"], today := call.now.date())
    with app.database.transaction() as tx:
        return Answer(200, one_statement(tx, call.company_id, month, today))


@api.route("GET", "/v1/statements/<month>/file.csv", role="viewer", scope="ledger:read")
def show_file(call: Call) -> Answer:
    style = read_style(call.request)
    month = read_month(call.path["month"], today := call.now.date())
    with app.database.transaction() as tx:
        return statement_file(one_statement(tx, call.company_id, month, today), style)


statements = api.function()
