"""POST /v1/sends/{id}/deliveries/{delivery_id}/resend: a gift's link is sent to its recipient once more."""

from shared import settings
from shared.app import start
from shared.http.answers import extra_sms
from shared.http.answers.gifts import read_delivery
from shared.http.answers.sends import find_send
from shared.http.bodies.resend import ResendBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.idempotency import read_once
from shared.privacy.delivery_id import DeliveryIds
from shared.use_cases.sends.request_resend import request_resend

app = start(settings.DatabaseSettings, settings.MessagingSettings)
api = Api(app)


@api.route("POST", "/v1/sends/<send_id>/deliveries/<delivery_id>/resend", role="sender", scope="sends:write")
def ask(call: Call) -> Answer:
    wanted, send_id, delivery_id = call.body(ResendBody), call.path["send_id"], call.path["delivery_id"]
    once = read_once(call, app.tokens, "resends", [delivery_id.encode(), call.request.get_data()])
    with app.database.transaction() as tx:
        send = find_send(tx, call.company_id, send_id, test=call.of_tests)
        position = read_delivery(DeliveryIds(app.tokens), send_id, delivery_id)
        if earlier := once.earlier(tx):
            return earlier
        leaves_at = wanted.leaves_at(call.now, app.core.quiet_hours)
        asked_for = request_resend(tx, send, position, wanted.language, leaves_at, call.now)
        return once.finish(tx, extra_sms.resend(delivery_id, asked_for, leaves_at))


resend = api.function()
