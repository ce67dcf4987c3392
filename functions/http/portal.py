"""GET /v1/account: a company's own view of its agreement. PATCH: how long data is kept, and second factors."""

from shared import settings
from shared.app import start
from shared.database.transactions import Transaction, insist
from shared.http.answers.agreement import account
from shared.http.bodies.agreement import AccountBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.accept_terms import choose_retention
from shared.use_cases.accounts.second_factor import ask_for_one

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/account", role="viewer", scope="account:read")
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, account(tx, call.company_id, call.now))


@api.route("PATCH", "/v1/account", role="owner", careful=True)
def change(call: Call) -> Answer:
    body = call.body(AccountBody)

    def work(tx: Transaction) -> Answer:
        if days := body.retention:
            choose_retention(tx, call.company_id, days.encrypt_after_days, days.erase_after_days, call.now)
        if body.second_factor_required is not None:
            ask_for_one(tx, call.company_id, body.second_factor_required)
        return Answer(200, account(tx, call.company_id, call.now))

    return insist(app.database, work)  # sends under way change the rows whose days these are


portal = api.function()
