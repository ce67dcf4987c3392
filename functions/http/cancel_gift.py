"""POST /v1/sends/{id}/deliveries/{delivery_id}/cancel-gift: a gift that nobody has redeemed is taken back."""

from shared import settings
from shared.app import start
from shared.http.answers.gifts import cancelled, read_delivery
from shared.http.answers.sends import find_send
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.privacy.delivery_id import DeliveryIds
from shared.use_cases.gifts import cancel_gift as use_case

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.ClearOnSettings)
api = Api(app)


@api.route("POST", "/v1/sends/<send_id>/deliveries/<delivery_id>/cancel-gift", role="sender", scope="sends:write")
def cancel(call: Call) -> Answer:
    ids, send_id = DeliveryIds(app.tokens), call.path["send_id"]
    with app.database.transaction() as tx:
        find_send(tx, call.company_id, send_id, test=call.of_tests)
    position = read_delivery(ids, send_id, call.path["delivery_id"])
    place = (call.company_id, send_id, position)
    done = use_case.cancel_gift(app.database, app.clearon, *place, call.now.date())
    return cancelled(app.database, ids, *place, done)


cancel_gift = api.function()
