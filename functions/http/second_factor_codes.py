"""POST /v1/second-factor/confirm and /v1/session/confirm: a code of the authenticator app, or a recovery code."""

from shared import settings
from shared.app import start
from shared.http.answers import sessions as answers
from shared.http.bodies.second_factor import read_code
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.second_factor import confirm_enrolment, confirm_session

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("POST", "/v1/second-factor/confirm", role="viewer")
def confirm(call: Call) -> Answer:
    shown = read_code(app, call, api.door.digest(call.request))
    with app.database.transaction() as tx:
        return Answer(200, answers.recovery_codes(confirm_enrolment(tx, app.tokens, shown)))


@api.route("POST", "/v1/session/confirm", role="viewer")
def confirm_the_session(call: Call) -> Answer:
    shown = read_code(app, call, api.door.digest(call.request))
    with app.database.transaction() as tx:
        return Answer(200, answers.confirmed(confirm_session(tx, app.tokens, shown)))


second_factor_codes = api.function()
