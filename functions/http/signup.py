"""POST /v1/signup: a company chooses a plan and is shown to the payment."""

from shared import settings
from shared.app import start
from shared.http.answers.entry import SignedUp
from shared.http.bodies.signup import SignupBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.sign_up import Signup, sign_up

app = start(settings.DatabaseSettings, settings.StripeSettings)
api = Api(app)


@api.route("POST", "/v1/signup")
def create(call: Call) -> Answer:
    body = call.body(SignupBody)
    names = (body.company_name, body.org_number, body.first_name, body.last_name, body.email)
    wanted = Signup(*names, body.plan, body.accepted_dpa_version)
    done = sign_up(app.database, app.payments, wanted, call.now)
    return Answer(201, SignedUp(account_id=done.account_id, checkout_url=done.checkout_url))


signup = api.function()
