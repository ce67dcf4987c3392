"""Staff: /v1/staff/senders, every company's senders, the questions among them, and the answers; giving one."""

from shared import settings
from shared.app import start
from shared.http.answers.senders import one_staffs_sender, staffs_sender, staffs_sender_list
from shared.http.bodies.decision import DecisionBody
from shared.http.bodies.senders import GiveSenderBody
from shared.http.call import Answer, Call
from shared.http.endpoint import Api
from shared.use_cases.accounts.ask_for_senders import decide_sender, give_sender

app = start(settings.DatabaseSettings, settings.StaffSettings)
api = Api(app)
api.route("GET", "/v1/staff/senders", staff=True)(lambda call: Answer(200, staffs_sender_list(app.database, call)))


@api.route("POST", "/v1/staff/senders", staff=True)
def give(call: Call) -> Answer:
    body = call.body(GiveSenderBody)
    return Answer(201, staffs_sender(give_sender(app.database, call.staff, body.account_id, body.sender, call.now)))


@api.route("POST", "/v1/staff/senders/<sender_id>/approve", staff=True)
def approve(call: Call) -> Answer:
    return decided(call, None)


@api.route("POST", "/v1/staff/senders/<sender_id>/refuse", staff=True)
def refuse(call: Call) -> Answer:
    return decided(call, call.body(DecisionBody).reason)


def decided(call: Call, refused_because: str | None) -> Answer:
    sender_id = call.path["sender_id"]
    whose = decide_sender(app.database, call.staff, sender_id, refused_because, call.now)
    return Answer(200, one_staffs_sender(app.database, whose, sender_id))


staff_senders = api.function()
