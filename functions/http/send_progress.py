"""One send: GET /v1/sends/{id}, its deliveries, and POST /v1/sends/{id}/cancel."""

from shared import settings
from shared.app import start
from shared.http.answers.sends import delivery_list, find_send, one_send
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.sends.stop_deliveries import cancel_send

app = start(settings.DatabaseSettings, settings.MessagingSettings)
api = Api(app)


@api.route("GET", "/v1/sends/<send_id>", role="viewer", scope="sends:read")
def show(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, one_send(tx, call.company_id, call.path["send_id"], test=call.of_tests))


@api.route("POST", "/v1/sends/<send_id>/cancel", role="sender", scope="sends:write")
def cancel(call: Call) -> Answer:
    send_id = call.path["send_id"]
    with app.database.transaction() as tx:
        find_send(tx, call.company_id, send_id, test=call.of_tests)
        cancel_send(tx, call.company_id, send_id, call.now)
        return Answer(200, one_send(tx, call.company_id, send_id, test=call.of_tests))


@api.route("GET", "/v1/sends/<send_id>/deliveries", role="viewer", scope="sends:read")
def list_deliveries(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, delivery_list(tx, call, app.tokens, app.core.public_url))


send_progress = api.function()
