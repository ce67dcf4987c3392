"""One send and its deliveries: GET /v1/sends/{id}, GET /v1/sends/{id}/deliveries."""

from shared import settings
from shared.app import start
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.paging import read_page
from shared.http.send_answers import delivery_list, one_send
from shared.privacy.delivery_id import DeliveryIds

app = start(settings.DatabaseSettings)
api = Api(app)


@api.route("GET", "/v1/sends/<send_id>", role="viewer")
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, one_send(tx, call.company_id, call.path["send_id"]))


@api.route("GET", "/v1/sends/<send_id>/deliveries", role="viewer")
def list_deliveries(call: Call) -> Answer:
    page, ids = read_page(call.request, int), DeliveryIds(app.tokens)
    with app.database.transaction() as tx:
        return Answer(200, delivery_list(tx, call.company_id, call.path["send_id"], page, ids))


send_progress = api.function()
