"""GET /v1/account: a company's own view of its agreement."""

from shared import settings
from shared.app import start
from shared.database.queries import companies, money
from shared.domain.errors import NotFound
from shared.http import views
from shared.http.call import Answer, Call
from shared.http.endpoint import Api

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/account", role="viewer")
def account(call: Call) -> Answer:
    with app.database.transaction() as tx:
        company = companies.get(tx, call.company_id)
        balance = money.balance(tx, call.company_id)
    if company is None:
        raise NotFound("There is no such account.")
    return Answer(200, views.account(company, balance))


portal = api.function()
