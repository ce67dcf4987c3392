"""Staff: /v1/staff/breaches, the register of personal data breaches; what is to be told, `tell_of_breaches` mails."""

from shared import settings
from shared.app import start
from shared.http.answers.breaches import breach_file, breach_list, one_breach
from shared.http.bodies.registers import BreachBody, BreachChangeBody, TellBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.privacy import register_breach as use_case

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)
api.route("GET", "/v1/staff/breaches", staff=True)(lambda call: Answer(200, breach_list(app.database, call)))
api.route("GET", "/v1/staff/breaches/export.csv", staff=True)(lambda call: breach_file(app.database, call))
api.route("GET", "/v1/staff/breaches/<breach_id>", staff=True)(lambda call: shown(200, call.path["breach_id"], call))


@api.route("POST", "/v1/staff/breaches", staff=True)
def register(call: Call) -> Answer:
    body = call.body(BreachBody)
    breach = body.breach(call.staff, call.now)
    return shown(201, use_case.register_breach(app.database, breach, body.measures, body.company_ids), call)


@api.route("PATCH", "/v1/staff/breaches/<breach_id>", staff=True)
def change(call: Call) -> Answer:
    return shown(200, use_case.add_to_breach(app.database, call.body(BreachChangeBody).entry(call)), call)


@api.route("POST", "/v1/staff/breaches/<breach_id>/tell", staff=True)
def tell(call: Call) -> Answer:
    return shown(202, use_case.order_telling(app.database, call.body(TellBody).entry(call)), call)


def shown(status: int, breach_id: str, call: Call) -> Answer:
    return Answer(status, one_breach(app.database, breach_id, call.now))


staff_breaches = api.function()
