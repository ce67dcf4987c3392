"""/v1/opt-outs: who wants no more, noted by the company, and taken back at the person's own wish."""

from shared import settings
from shared.app import start
from shared.http.answers.opt_outs import noted, opt_out_list
from shared.http.bodies.opt_outs import OptOutBody, WithdrawBody, WithdrawPhoneBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.privacy import opt_out_by_company as use_case

app = start(settings.DatabaseSettings, settings.FingerprintSettings)
api = Api(app)
api.route("GET", "/v1/opt-outs", role="viewer", scope="opt_outs:read")(
    lambda call: Answer(200, opt_out_list(app.database, call))
)


@api.route("POST", "/v1/opt-outs", role="sender", scope="opt_outs:write")
def note(call: Call) -> Answer:
    phone = call.body(OptOutBody).phone
    return noted(*use_case.opt_out(app.database, app.fingerprints, call.company_id, phone, call.now))


@api.route("DELETE", "/v1/opt-outs", role="sender", careful=True)
def withdraw_by_phone(call: Call) -> Answer:
    phone = call.body(WithdrawPhoneBody).phone
    use_case.withdraw_by_phone(app.database, app.fingerprints, call.member, phone, call.now)
    return Answer(204)


@api.route("DELETE", "/v1/opt-outs/<opt_out_id>", role="sender", careful=True)
def withdraw(call: Call) -> Answer:
    call.body(WithdrawBody)
    use_case.withdraw(app.database, call.member, call.path["opt_out_id"], call.now)
    return Answer(204)


opt_outs = api.function()
