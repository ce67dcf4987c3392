"""Staff: /v1/staff/accounts, every company's standing; stopping one, letting it go on, lifting a new one's limits."""

from shared import settings
from shared.app import start
from shared.http.answers.staff_accounts import account_list, whole_account
from shared.http.bodies.decision import DecisionBody, LiftBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.stop_account import lift_limits, resume_account, stop_account

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)
api.route("GET", "/v1/staff/accounts", staff=True)(lambda call: Answer(200, account_list(app.database, call)))


@api.route("POST", "/v1/staff/accounts/<account_id>/stop", staff=True)
def stop(call: Call) -> Answer:
    stop_account(app.database, call.staff, call.path["account_id"], call.body(DecisionBody).reason, call.now)
    return shown(call)


@api.route("POST", "/v1/staff/accounts/<account_id>/resume", staff=True)
def resume(call: Call) -> Answer:
    resume_account(app.database, call.staff, call.path["account_id"], call.body(DecisionBody).reason, call.now)
    return shown(call)


@api.route("POST", "/v1/staff/accounts/<account_id>/lift-limits", staff=True)
def lift(call: Call) -> Answer:
    lift_limits(app.database, call.staff, call.path["account_id"], *call.body(LiftBody).wanted, call.now)
    return shown(call)


@api.route("GET", "/v1/staff/accounts/<account_id>", staff=True)
def shown(call: Call) -> Answer:
    return Answer(200, whole_account(app.database, call.path["account_id"], call.staff, call.now))


staff_accounts = api.function()
