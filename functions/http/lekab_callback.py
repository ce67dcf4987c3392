"""GET /v1/callbacks/lekab/{secret}/dr and /mo: delivery receipts and incoming SMS."""

from shared import settings
from shared.app import start
from shared.http.authentication import require_secret
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.providers.lekab_words import read_receipt
from shared.use_cases.sends.record_incoming_sms import record_incoming_sms
from shared.use_cases.sends.record_receipt import record_receipt

app = start(
    settings.DatabaseSettings, settings.MessagingSettings, settings.LekabCallbackSettings, settings.FingerprintSettings
)
api = Api(app)
SECRET = app.settings.load(settings.LekabCallbackSettings).lekab_callback_secret


@api.route("GET", "/v1/callbacks/lekab/<secret>/dr")
def delivery_receipt(call: Call) -> Answer:
    require_secret(call.path["secret"], SECRET)
    receipt = read_receipt(call.request.args)
    if receipt:
        record_receipt(app.database, app.tokens, app.number_hash, receipt, call.now)
    return Answer(200, {})


@api.route("GET", "/v1/callbacks/lekab/<secret>/mo")
def incoming_sms(call: Call) -> Answer:
    require_secret(call.path["secret"], SECRET)
    sender, receiver, message = (call.request.args.get(name, "") for name in ("from", "to", "message"))
    fingerprints = app.fingerprints
    with app.database.transaction() as tx:
        record_incoming_sms(tx, fingerprints, sender, receiver, message, call.now.date())
    return Answer(200, {})


lekab_callback = api.function()
