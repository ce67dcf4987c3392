"""POST /v1/account/dpa, /close and /reopen: an owner accepts the agreement, ends it, and takes that back."""

from shared import settings
from shared.app import start
from shared.http.answers.agreement import account
from shared.http.bodies.agreement import CloseBody, DpaBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.accept_terms import accept_terms
from shared.use_cases.billing.follow_closing import close_and_stop_renewal, reopen_and_renew

app = start(settings.DatabaseSettings, settings.StripeSettings, settings.MessagingSettings)
api = Api(app)


@api.route("POST", "/v1/account/dpa", role="owner")
def accept(call: Call) -> Answer:
    with app.database.transaction() as tx:
        accept_terms(tx, call.member, call.body(DpaBody).version, call.now)
        return Answer(200, account(tx, call.company_id, call.now))


@api.route("POST", "/v1/account/close", role="owner", careful=True)
def close(call: Call) -> Answer:
    close_and_stop_renewal(app.database, app.payments, call.company_id, call.body(CloseBody).confirm, call.now)
    with app.database.transaction() as tx:
        return Answer(200, account(tx, call.company_id, call.now))


@api.route("POST", "/v1/account/reopen", role="owner", careful=True)
def reopen(call: Call) -> Answer:
    reopen_and_renew(app.database, app.payments, call.company_id)
    with app.database.transaction() as tx:
        return Answer(200, account(tx, call.company_id, call.now))


agreement = api.function()
