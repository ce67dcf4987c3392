"""GET /v1/privacy/processing: which personal data is processed, by whom, for how long."""

from shared import settings
from shared.app import start
from shared.domain.consent import CONSENT_TEXT_VERSION, current_dpa
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.privacy import notice

app = start(settings.DatabaseSettings, settings.PrivacyContactSettings)
api = Api(app)
contacts = app.settings.load(settings.PrivacyContactSettings).privacy_contacts
notice.check_contacts(contacts)


@api.route("GET", "/v1/privacy/processing")
def processing(call: Call) -> Answer:
    return Answer(200, notice.processing(current_dpa(call.now.date()).version, CONSENT_TEXT_VERSION, contacts))


privacy_notice = api.function()
