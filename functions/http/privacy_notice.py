"""GET /v1/privacy/processing: which personal data is processed, by whom, for how long."""

from shared import settings
from shared.app import start
from shared.domain.consent import CONSENT_TEXT_VERSION, current_dpa
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.privacy import notice

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/privacy/processing")
def processing(call: Call) -> Answer:
    return Answer(200, notice.processing(current_dpa(call.now.date()).version, CONSENT_TEXT_VERSION))


privacy_notice = api.function()
