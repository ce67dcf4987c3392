"""POST /v1/forms/test-send/confirm: the link in the e-mail sends the SMS; and …/opt-out: never one again."""

from shared import settings
from shared.app import start
from shared.http.answers.entry import Nothing
from shared.http.bodies.forms import TokenBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.rate_limit import count_client
from shared.use_cases.forms.try_sms import Parts, confirm_trial_sms, opt_out_of_trial_sms

app = start(settings.DatabaseSettings, settings.FingerprintSettings, settings.LekabSettings, settings.MailchimpSettings)
api = Api(app)


@api.route("POST", "/v1/forms/test-send/confirm")
def confirm(call: Call) -> Answer:
    count_client(app, "form link", call)
    suppliers = (app.lekab, app.lekab_gate, app.marketing)
    parts = Parts(app.database, app.tokens, app.visitor_hash, *suppliers, app.clock, app.core.public_url)
    confirm_trial_sms(parts, call.body(TokenBody).token)
    return Answer(202, Nothing())


@api.route("POST", "/v1/forms/test-send/opt-out")
def opt_out(call: Call) -> Answer:
    count_client(app, "form opt-out", call)
    token = call.body(TokenBody).token
    with app.database.transaction() as tx:
        opt_out_of_trial_sms(tx, app.tokens, token, call.now)
    return Answer(204)


try_sms = api.function()
