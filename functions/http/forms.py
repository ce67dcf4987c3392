"""POST /v1/forms/newsletter, /contact and /test-send: 202 whatever is known of the visitor."""

from shared import settings
from shared.app import start
from shared.http.bodies.forms import ContactBody, NewsletterBody, TestSendBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.forms import taken
from shared.use_cases.forms.try_sms import ask_for_trial_sms
from shared.use_cases.forms.welcome import ask_for_newsletter, write_to_staff

app = start(settings.DatabaseSettings, settings.MailSettings, settings.FormsSettings, settings.MailchimpSettings)
api = Api(app)
staff = app.settings.load(settings.FormsSettings).contact_mail_to


@api.route("POST", "/v1/forms/newsletter")
def newsletter(call: Call) -> Answer:
    body = call.body(NewsletterBody)
    return taken(app, call, body, lambda: ask_for_newsletter(app.marketing, app.mail, staff, body.visitor))


@api.route("POST", "/v1/forms/contact")
def contact(call: Call) -> Answer:
    body = call.body(ContactBody)
    return taken(app, call, body, lambda: write_to_staff(app.marketing, app.mail, staff, body.visitor, body.message))


@api.route("POST", "/v1/forms/test-send")
def trial_sms(call: Call) -> Answer:
    body = call.body(TestSendBody)
    parts = (app.mail, app.tokens, app.core.public_url)
    return taken(app, call, body, lambda: ask_for_trial_sms(*parts, body.visitor, call.now))


forms = api.function()
