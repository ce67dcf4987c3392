"""Staff: POST /v1/staff/agreements/{id}/paid-by-bank, that what is left of a balance was paid back by bank."""

from shared import settings
from shared.app import start
from shared.http.answers.agreement import Retried
from shared.http.bodies.billing import PaidByBankBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.billing.paid_by_bank import paid_by_bank

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)


@api.route("POST", "/v1/staff/agreements/<account_id>/paid-by-bank", staff=True)
def book(call: Call) -> Answer:
    account_id, amount_ore = call.path["account_id"], call.body(PaidByBankBody).amount_ore
    with app.database.transaction() as tx:
        left = paid_by_bank(tx, account_id, amount_ore, call.staff, call.now)
    return Answer(200, Retried(account_id=account_id, open_steps=left))


staff_paid_by_bank = api.function()
