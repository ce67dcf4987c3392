"""POST /v1/webhooks/stripe: Stripe says that something happened; what counts is what Stripe says when asked."""

from shared import settings
from shared.app import start
from shared.domain.errors import Malformed, Unavailable
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.providers.stripe import UnsignedEvent, read_event
from shared.use_cases.billing.record_payment import record_payment

app = start(settings.DatabaseSettings, settings.StripeSettings, settings.MessagingSettings)
api = Api(app)


@api.route("POST", "/v1/webhooks/stripe")
def receive(call: Call) -> Answer:
    secret = app.settings.load(settings.StripeWebhookSettings).stripe_webhook_secret
    if not secret:
        raise Unavailable("Webhooks are not set up.")
    try:
        event = read_event(call.request.get_data(), call.request.headers.get("Stripe-Signature", ""), secret)
        record_payment(app.database, app.payments, *event, call.now)
    except UnsignedEvent:
        raise Malformed("The signature does not fit.") from None
    return Answer(200, {})


stripe_webhook = api.function()
