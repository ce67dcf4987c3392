"""Staff: GET /v1/staff/deliveries?state=unknown, and POST …/{id}/settle to decide what became of one."""

from shared import settings
from shared.app import start
from shared.http.answers.staff import Settled, delivery_place, uncertain_to_staff
from shared.http.bodies.settle import SettleBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.privacy.delivery_id import DeliveryIds
from shared.use_cases.sends.settle_delivery import Settlement, settle_delivery

app = start(settings.DatabaseSettings, settings.MessagingSettings, settings.StaffSettings)
api = Api(app)


@api.route("GET", "/v1/staff/deliveries", staff=True)
def show(call: Call) -> Answer:
    return Answer(200, uncertain_to_staff(app.database, app.tokens, call))


@api.route("POST", "/v1/staff/deliveries/<delivery_id>/settle", staff=True)
def settle(call: Call) -> Answer:
    delivery_id, wanted = call.path["delivery_id"], Settlement(call.body(SettleBody).outcome)
    place = delivery_place(delivery_id, DeliveryIds(app.tokens))
    with app.database.transaction() as tx:
        state = settle_delivery(tx, call.staff, *place, wanted, delivery_id, call.now)
    return Answer(200, Settled(id=delivery_id, state=state))


staff_deliveries = api.function()
