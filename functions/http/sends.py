"""POST /v1/sends: a gift and a text to many recipients. GET /v1/sends: the company's sends."""

from shared import settings
from shared.app import start
from shared.http.answers.sends import accepted, send_list
from shared.http.bodies.send import read_send
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.http.idempotency import read_once
from shared.use_cases.sends.accept_send import accept_send, plan_send, transit_key_of_today
from shared.use_cases.sends.prepare_send import check_request, look_up_to_send

app = start(settings.DatabaseSettings, settings.FingerprintSettings, settings.MessagingSettings)
api = Api(app)


@api.route("POST", "/v1/sends", role="sender", scope="sends:write")
def create(call: Call) -> Answer:
    wanted, raw = read_send(call, app.core.quiet_hours)
    once = read_once(call, app.tokens, "sends", raw)
    checked = check_request(app.database, call.company_id, wanted, app.core.public_url, app.fingerprints)
    known = look_up_to_send(app.database, call.member, checked, app.by_itself, call.now)
    transit = transit_key_of_today(app.transit, call.now)
    return once.answer(
        app.database,
        lambda: plan_send(call.member, checked, known, transit, call.now, app.by_itself),
        lambda planned: accepted(planned.told),
        lambda tx, planned: accept_send(tx, planned, app.limits, call.now),
    )


@api.route("GET", "/v1/sends", role="viewer", scope="sends:read")
def list_sends(call: Call) -> Answer:
    with app.database.transaction() as tx:
        return Answer(200, send_list(tx, call))


sends = api.function()
