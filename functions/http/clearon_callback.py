"""POST /v1/callbacks/clearon/{secret}: a hint that coupons were redeemed, checked with ClearOn by reference."""

from shared import settings
from shared.app import start
from shared.http.authentication import require_secret
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.providers.clearon_callback import read_callback
from shared.use_cases.gifts.record_redemptions import check_redemptions

app = start(
    settings.DatabaseSettings, settings.MessagingSettings, settings.ClearOnCallbackSettings, settings.ClearOnSettings
)
api = Api(app)
SECRET = app.settings.load(settings.ClearOnCallbackSettings).clearon_callback_secret


@api.route("POST", "/v1/callbacks/clearon/<secret>")
def redemptions(call: Call) -> Answer:
    require_secret(call.path["secret"], SECRET)
    references = read_callback(call.request.get_json(silent=True))
    check_redemptions(app.database, app.clearon, references, call.now.date())
    return Answer(200, {})


clearon_callback = api.function()
