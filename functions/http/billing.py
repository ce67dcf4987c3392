"""POST /v1/billing/top-ups: a deposit through Checkout."""

from shared import settings
from shared.app import start
from shared.http.answers.entry import CheckoutUrl
from shared.http.bodies.billing import TopUpBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.idempotency import read_once
from shared.use_cases.billing.top_up import top_up

app = start(settings.DatabaseSettings, settings.StripeSettings)
api = Api(app)


@api.route("POST", "/v1/billing/top-ups", role="owner", scope="billing:write", careful=True)
def create(call: Call) -> Answer:
    amount_ore = call.body(TopUpBody).amount_ore
    once = read_once(call, app.tokens, "top-ups", [call.request.get_data()])
    with app.database.transaction() as tx:
        if earlier := once.earlier(tx):
            return earlier
        top_up_id = once.make_id(tx, "top")
    # Stripe is called between two transactions, so the same key must lead to the same top-up
    url = top_up(app.database, app.payments, top_up_id, call.company_id, amount_ore, call.now)
    with app.database.transaction() as tx:
        return once.finish(tx, Answer(201, CheckoutUrl(checkout_url=url)))


billing = api.function()
